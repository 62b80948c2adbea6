package io.flotilla.raft.law;

import io.flotilla.raft.Effect;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.RaftMessage;
import io.flotilla.raft.RaftState;
import java.util.HashMap;
import java.util.Map;

/**
 * A snapshot is taken in from its beginning, chunk after chunk, and only if it is ahead of what the server knows to be committed
 * (Figure 13, steps 2 to 5): a late one would undo what was applied since.
 */
public final class SnapshotsInOrder implements Law {
  private record Incoming(PeerId leader, long lastIncludedIndex, long lastIncludedTerm, long endOffset) {
    boolean sameAs(RaftMessage.InstallSnapshot chunk) {
      return leader.equals(chunk.leaderId()) && lastIncludedIndex == chunk.lastIncludedIndex()
          && lastIncludedTerm == chunk.lastIncludedTerm();
    }
  }

  private final Map<PeerId, Incoming> incoming = new HashMap<>();

  @Override
  public void started(PeerId peer, RaftState restored) {
    Incoming _ = incoming.remove(peer);
  }

  @Override
  public void stepped(Stepped stepped) {
    for (Effect effect : stepped.step().effects()) {
      if (effect instanceof Effect.StoreSnapshotChunk(var chunk)) {
        Incoming before = incoming.get(stepped.peer());
        long expected = before != null && before.sameAs(chunk) ? before.endOffset : 0;
        Law.require(chunk.offset() == expected || chunk.offset() == 0, "Snapshots in order: %s takes %s, and needs what is at %d",
            stepped.peer(), chunk, expected);
        checkAhead(stepped, chunk.lastIncludedIndex());
        incoming.put(stepped.peer(), new Incoming(chunk.leaderId(), chunk.lastIncludedIndex(), chunk.lastIncludedTerm(),
            chunk.offset() + chunk.data().length));
      } else if (effect instanceof Effect.InstallSnapshot install) {
        checkAhead(stepped, install.lastIncludedIndex());
      }
    }
  }

  private static void checkAhead(Stepped stepped, long lastIncludedIndex) {
    Law.require(lastIncludedIndex > stepped.before().commitIndex(), "Snapshots in order: %s takes one up to %d, having committed up to %d",
        stepped.peer(), lastIncludedIndex, stepped.before().commitIndex());
  }
}
