package io.flotilla.raft.law;

import io.flotilla.raft.Membership;
import io.flotilla.raft.RaftState;
import io.flotilla.raft.Role;

/**
 * Learners do not campaign, and a leader that is not in C_new "steps down (returns to follower state) once it has committed" it (§6).
 * Until then a server that C_new leaves out may still campaign: perhaps nobody else can win (thesis §4.2.2).
 */
public final class VotersLead implements Law {
  @Override
  public void stepped(Stepped stepped) {
    RaftState after = stepped.after();
    Membership latest = after.log().membership();
    switch (after.role()) {
      case Role.PreCandidate _, Role.Candidate _ -> Law.require(
          after.log().membershipsFrom(after.commitIndex()).stream().anyMatch(membership -> membership.isVoter(stepped.peer())),
          "Voters lead: %s campaigns, but is no voter of %s, nor of one before it that may be in force", stepped.peer(), latest);
      case Role.Leader _ -> {
        boolean committed = after.log().membershipIndex() <= after.commitIndex()
            && after.log().termAt(after.commitIndex()) == after.currentTerm();   // else it does not know what is committed
        Law.require(!committed || latest.isVoter(stepped.peer()), "Voters lead: %s leads on, though %s is committed", stepped.peer(), latest);
      }
      case Role.Follower _ -> { }
    }
  }
}
