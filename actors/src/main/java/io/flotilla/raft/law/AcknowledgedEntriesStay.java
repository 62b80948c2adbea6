package io.flotilla.raft.law;

import io.flotilla.raft.Effect;
import io.flotilla.raft.EntryLog;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.RaftMessage;
import java.util.HashMap;
import java.util.Map;

/**
 * What a follower acknowledged stays in its log for the rest of the term, crashes or not: the leader counts on it, and by Leader
 * Append-Only never wants it replaced. A late message or snapshot must not cut it off.
 */
public final class AcknowledgedEntriesStay implements Law {
  private record Acknowledged(long currentTerm, long index, long entryTerm) {}

  private final Map<PeerId, Acknowledged> acknowledged = new HashMap<>();

  @Override
  public void stepped(Stepped stepped) {
    EntryLog log = stepped.after().log();
    Acknowledged latest = acknowledged.get(stepped.peer());
    if (latest != null && latest.currentTerm == stepped.after().currentTerm()) {
      Law.require(latest.index <= log.baseIndex() || log.matches(latest.index, latest.entryTerm),
          "Acknowledged entries stay: %s acknowledged %s, but holds %s", stepped.peer(), latest, log);
    }
    for (Effect effect : stepped.step().effects()) {
      if (effect instanceof Effect.Send(var _, RaftMessage.AppendAccepted accepted) && log.covers(accepted.matchIndex())) {
        Acknowledged now = new Acknowledged(accepted.term(), accepted.matchIndex(), log.termAt(accepted.matchIndex()));
        acknowledged.merge(stepped.peer(), now, (before, next) ->
            before.currentTerm == next.currentTerm && before.index > next.index ? before : next);
      }
    }
  }
}
