package io.flotilla.raft.law;

import io.flotilla.raft.Effect;
import io.flotilla.raft.EntryLog;
import io.flotilla.raft.Membership;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.RaftMessage;
import io.flotilla.raft.Role;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedSet;

/**
 * Nobody campaigns whom a majority would not vote for, so that a server that was cut off disturbs no one (thesis §9.6): unless the
 * leader itself wants a successor (§3.10), a candidate has the pre-votes of a majority, and those went to a log as up to date as the
 * voter's. Of two that ask at the same time one goes first: who asks itself, and would vote for one that outranks it, asks no more.
 */
public final class PreVotes implements Law {
  private record Promise(PeerId voter, PeerId candidate, long term) {}

  private final Set<Promise> promises = new HashSet<>();

  @Override
  public void stepped(Stepped stepped) {
    for (Effect effect : stepped.step().effects()) {
      if (effect instanceof Effect.Send(var candidate, RaftMessage.PreVoteGranted granted)) {
        promises.add(new Promise(stepped.peer(), candidate, granted.term()));
        stepped.received().ifPresent(message -> {
          checkUpToDate(stepped, message);
          checkGivesWay(stepped, message);
        });
      }
    }
    boolean campaigns = stepped.after().role() instanceof Role.Candidate && stepped.after().currentTerm() > stepped.before().currentTerm();
    boolean told = stepped.received().filter(message -> message instanceof RaftMessage.TimeoutNow).isPresent();
    if (campaigns && !told) {
      Membership membership = stepped.before().log().membership();
      long term = stepped.after().currentTerm();
      Law.require(hasMajority(membership.voters(), stepped.peer(), term)
          && (!membership.isJoint() || hasMajority(membership.outgoing(), stepped.peer(), term)),
          "Pre-votes: %s campaigns in term %d, but no majority of %s would vote for it", stepped.peer(), term, membership);
    }
  }

  private boolean hasMajority(SortedSet<PeerId> voters, PeerId candidate, long term) {
    long granted = voters.stream()
        .filter(voter -> voter.equals(candidate) || promises.contains(new Promise(voter, candidate, term))).count();
    return 2 * granted > voters.size();
  }

  private static void checkUpToDate(Stepped stepped, RaftMessage question) {
    EntryLog own = stepped.before().log();
    boolean upToDate = question instanceof RaftMessage.PreVote asked && asked.term() > stepped.before().currentTerm()
        && (asked.lastLogTerm() > Law.lastTermOf(own)
            || (asked.lastLogTerm() == Law.lastTermOf(own) && asked.lastLogIndex() >= own.lastIndex()));
    Law.require(upToDate, "Pre-votes: %s, in term %d and with %s, would vote for %s", stepped.peer(), stepped.before().currentTerm(), own,
        question);
  }

  private static void checkGivesWay(Stepped stepped, RaftMessage question) {
    EntryLog own = stepped.before().log();
    boolean outranked = question instanceof RaftMessage.PreVote asked && (asked.lastLogTerm() != Law.lastTermOf(own)
        || asked.lastLogIndex() != own.lastIndex() || asked.candidateId().compareTo(stepped.peer()) > 0);
    Law.require(!(stepped.before().role() instanceof Role.PreCandidate) || !outranked || stepped.after().role() instanceof Role.Follower,
        "Pre-votes: %s goes on asking, having told that it would vote for %s", stepped.peer(), question);
  }
}
