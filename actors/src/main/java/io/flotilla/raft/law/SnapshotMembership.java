package io.flotilla.raft.law;

import io.flotilla.raft.EntryLog;
import io.flotilla.raft.LogEntry;
import io.flotilla.raft.Membership;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.RaftState;
import java.util.TreeMap;

/**
 * A snapshot includes "the latest configuration in the log as of last included index" (§7): not a later one, which may never be
 * committed, nor an older one.
 */
public final class SnapshotMembership implements Law {
  private final TreeMap<Long, Membership> committed = new TreeMap<>();

  @Override
  public void started(PeerId peer, RaftState restored) {
    check(peer, restored.log());
  }

  @Override
  public void stepped(Stepped stepped) {
    EntryLog log = stepped.after().log();
    if (stepped.after().commitIndex() > stepped.before().commitIndex()) {
      for (long index = Math.max(stepped.before().commitIndex(), log.baseIndex()) + 1; index <= stepped.after().commitIndex(); index++) {
        if (log.entry(index) instanceof LogEntry.Reconfiguration change) {
          committed.put(index, change.membership());
        }
      }
    }
    if (log.baseIndex() > stepped.before().log().baseIndex()) {
      check(stepped.peer(), log);
    }
  }

  private void check(PeerId peer, EntryLog log) {
    var latest = committed.floorEntry(log.baseIndex());
    Law.require(latest == null || latest.getValue().equals(log.baseMembership()),
        "Snapshot membership: as of %d that of %s is %s, but %s was committed at %s", log.baseIndex(), peer, log.baseMembership(),
        latest == null ? null : latest.getValue(), latest == null ? null : latest.getKey());
  }
}
