package io.flotilla.raft.law;

import io.flotilla.raft.PeerId;
import io.flotilla.raft.RaftState;
import java.util.HashMap;
import java.util.Map;

/** {@code currentTerm} "increases monotonically", {@code commitIndex} and {@code lastApplied} too (Figure 2), while a server runs. */
public final class RisingState implements Law {
  private record Seen(long currentTerm, long commitIndex, long lastApplied) {}

  private final Map<PeerId, Seen> seen = new HashMap<>();

  @Override
  public void started(PeerId peer, RaftState restored) {
    seen.put(peer, of(restored));
  }

  @Override
  public void stepped(Stepped stepped) {
    Seen now = of(stepped.after());
    Seen earlier = seen.put(stepped.peer(), now);
    Law.require(now.currentTerm >= earlier.currentTerm && now.commitIndex >= earlier.commitIndex
        && now.lastApplied >= earlier.lastApplied, "Rising state: %s went from %s to %s", stepped.peer(), earlier, now);
  }

  private static Seen of(RaftState state) {
    return new Seen(state.currentTerm(), state.commitIndex(), state.lastApplied());
  }
}
