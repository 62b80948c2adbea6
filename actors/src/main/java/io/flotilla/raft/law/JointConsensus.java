package io.flotilla.raft.law;

import io.flotilla.raft.EntryLog;
import io.flotilla.raft.LogEntry;
import io.flotilla.raft.Membership;
import io.flotilla.raft.Role;

/**
 * Voters change by way of C_old,new alone, and no change begins before the last one is committed (§6): else two majorities could decide
 * without one another. Nor before the leader knows what is committed, which an entry of its own term tells it (§8).
 */
public final class JointConsensus implements Law {
  @Override
  public void stepped(Stepped stepped) {
    EntryLog before = stepped.before().log();
    EntryLog after = stepped.after().log();
    if (!(stepped.after().role() instanceof Role.Leader) || after == before) {
      return;
    }
    Membership former = before.membership();
    for (long index = before.lastIndex() + 1; index <= after.lastIndex(); index++) {
      if (after.entry(index) instanceof LogEntry.Reconfiguration change) {
        Law.require(before.membershipIndex() <= stepped.after().commitIndex(),
            "Joint consensus: %s begins the change at %d while the one at %d is not committed", stepped.peer(), index,
            before.membershipIndex());
        Law.require(after.termAt(stepped.after().commitIndex()) == stepped.after().currentTerm(),
            "Joint consensus: %s begins the change at %d, and has committed nothing in term %d yet", stepped.peer(), index,
            stepped.after().currentTerm());
        Law.require(mayFollow(former, change.membership()), "Joint consensus: %s goes from %s to %s", stepped.peer(), former,
            change.membership());
        former = change.membership();
      }
    }
  }

  private static boolean mayFollow(Membership former, Membership next) {
    return next.isJoint()
        ? !former.isJoint() && next.outgoing().equals(former.voters())
        : next.voters().equals(former.voters()) && (!former.isJoint() || next.learners().equals(former.learners()));
  }
}
