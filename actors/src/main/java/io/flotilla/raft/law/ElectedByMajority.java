package io.flotilla.raft.law;

import io.flotilla.raft.Effect;
import io.flotilla.raft.Membership;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.RaftMessage;
import io.flotilla.raft.Role;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedSet;

/** "A candidate wins an election if it receives votes from a majority of the servers in the full cluster for the same term" (§5.2, §6). */
public final class ElectedByMajority implements Law {
  private record Vote(PeerId voter, PeerId candidate, long term) {}

  private final Set<Vote> votes = new HashSet<>();

  @Override
  public void stepped(Stepped stepped) {
    for (Effect effect : stepped.step().effects()) {
      if (effect instanceof Effect.Send(var candidate, RaftMessage.VoteGranted(var term, var voter))) {
        votes.add(new Vote(voter, candidate, term));
      }
    }
    if (stepped.after().role() instanceof Role.Leader && !(stepped.before().role() instanceof Role.Leader)) {
      Membership membership = stepped.before().log().membership();
      long term = stepped.after().currentTerm();
      boolean elected = isMajority(membership.voters(), stepped.peer(), term)
          && (!membership.isJoint() || isMajority(membership.outgoing(), stepped.peer(), term));
      Law.require(elected, "Elected by majority: %s leads in term %d, but of %s it has the votes of %s", stepped.peer(), term,
          membership, membership.members().stream().filter(voter -> hasVoted(voter, stepped.peer(), term)).toList());
    }
  }

  private boolean isMajority(SortedSet<PeerId> voters, PeerId candidate, long term) {
    return 2 * voters.stream().filter(voter -> hasVoted(voter, candidate, term)).count() > voters.size();
  }

  private boolean hasVoted(PeerId voter, PeerId candidate, long term) {
    return voter.equals(candidate) || votes.contains(new Vote(voter, candidate, term));   // a candidate votes for itself
  }
}
