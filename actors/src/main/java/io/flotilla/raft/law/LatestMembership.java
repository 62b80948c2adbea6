package io.flotilla.raft.law;

import io.flotilla.raft.EntryLog;
import io.flotilla.raft.LogEntry;
import io.flotilla.raft.Membership;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.RaftState;

/**
 * "A server always uses the latest configuration in its log, regardless of whether the entry is committed" (§6); so one that is cut off
 * from the log is in force no more, and the one before it is again.
 */
public final class LatestMembership implements Law {
  @Override
  public void started(PeerId peer, RaftState restored) {
    check(peer, restored.log(), latestIn(restored.log(), restored.log().baseIndex(), restored.log().baseMembership()));
  }

  @Override
  public void stepped(Stepped stepped) {
    EntryLog before = stepped.before().log();
    EntryLog after = stepped.after().log();
    if (after != before) {
      boolean longer = after.baseIndex() == before.baseIndex() && after.matches(before.lastIndex(), Law.lastTermOf(before));
      check(stepped.peer(), after, longer
          ? latestIn(after, before.lastIndex(), before.membership())
          : latestIn(after, after.baseIndex(), after.baseMembership()));
    }
  }

  private static Membership latestIn(EntryLog log, long afterIndex, Membership former) {
    for (long index = log.lastIndex(); index > afterIndex; index--) {
      if (log.entry(index) instanceof LogEntry.Reconfiguration reconfiguration) {
        return reconfiguration.membership();
      }
    }
    return former;
  }

  private static void check(PeerId peer, EntryLog log, Membership latest) {
    Law.require(log.membership().equals(latest), "Latest membership: %s is in %s, but the latest in %s is %s", peer, log.membership(), log,
        latest);
  }
}
