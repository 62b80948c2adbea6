package io.flotilla.raft.law;

import io.flotilla.raft.RaftState;
import io.flotilla.raft.Role;

/** "Only log entries from the leader's current term are committed by counting replicas" (§5.4.2, Figure 8; Figure 2, leaders). */
public final class CommitmentOfCurrentTerm implements Law {
  @Override
  public void stepped(Stepped stepped) {
    RaftState after = stepped.after();
    long index = after.commitIndex();
    if (after.role() instanceof Role.Leader && index > stepped.before().commitIndex() && index > after.log().baseIndex()) {
      Law.require(after.log().termAt(index) == after.currentTerm(), "Commitment of the current term: %s, in term %d, committed up to %d,"
          + " which is of term %d", stepped.peer(), after.currentTerm(), index, after.log().termAt(index));
    }
  }
}
