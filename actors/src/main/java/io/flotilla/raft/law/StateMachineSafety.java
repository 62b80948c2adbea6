package io.flotilla.raft.law;

import io.flotilla.raft.Effect;
import io.flotilla.raft.LogEntry;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.RaftState;
import java.util.HashMap;
import java.util.Map;

/**
 * State Machine Safety: if a server has applied a log entry at a given index, no other server will ever apply a different entry for
 * it (§5.4.3). The digest covers everything applied before as well, or restored from a snapshot.
 */
public final class StateMachineSafety implements Law {
  private final Map<Long, Long> digests = new HashMap<>();
  private final Map<PeerId, Long> committedUpTo = new HashMap<>();

  @Override
  public void started(PeerId peer, RaftState restored) {
    committedUpTo.put(peer, restored.commitIndex());
  }

  @Override
  public void stepped(Stepped stepped) {
    for (Effect effect : stepped.step().effects()) {
      if (effect instanceof Effect.Commit(var entries)) {
        entries.forEach(entry -> checkFollows(stepped.peer(), entry));
      }
    }
    committedUpTo.put(stepped.peer(), stepped.after().commitIndex());   // an installed snapshot jumps ahead
  }

  private void checkFollows(PeerId peer, LogEntry entry) {
    long previous = committedUpTo.put(peer, entry.index());
    Law.require(entry.index() == previous + 1, "Each entry is committed once and in order: %s, %d after %d", peer, entry.index(),
        previous);
  }

  @Override
  public void applied(PeerId peer, long index, long digest) {
    long first = digests.computeIfAbsent(index, _ -> digest);
    Law.require(first == digest, "State Machine Safety: %s differs from another server at index %d", peer, index);
  }
}
