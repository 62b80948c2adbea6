package io.flotilla.raft.law;

import io.flotilla.raft.PeerId;
import io.flotilla.raft.Progress;
import io.flotilla.raft.RaftState;
import io.flotilla.raft.Role;
import java.util.HashMap;
import java.util.Map;

/**
 * {@code currentTerm} "increases monotonically", {@code commitIndex} and {@code lastApplied} too, while a server runs, and so does what
 * a leader knows of its followers, {@code matchIndex}, while it leads (Figure 2).
 */
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
    if (stepped.before().role() instanceof Role.Leader before && stepped.after().role() instanceof Role.Leader after) {
      before.followers().forEach((follower, progress) -> {
        Progress later = after.followers().getOrDefault(follower, progress);   // one that is left out is forgotten
        Law.require(later.matchIndex() >= progress.matchIndex(), "Rising state: %s takes matchIndex of %s back from %d to %d",
            stepped.peer(), follower, progress.matchIndex(), later.matchIndex());
      });
    }
  }

  private static Seen of(RaftState state) {
    return new Seen(state.currentTerm(), state.commitIndex(), state.lastApplied());
  }
}
