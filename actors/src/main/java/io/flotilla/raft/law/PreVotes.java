package io.flotilla.raft.law;

import io.flotilla.raft.Effect;
import io.flotilla.raft.EntryLog;
import io.flotilla.raft.Membership;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.RaftMessage;
import io.flotilla.raft.RaftState;
import io.flotilla.raft.Role;
import io.flotilla.raft.Timer;
import java.util.HashSet;
import java.util.Set;

/**
 * Nobody campaigns whom a majority would not vote for, so that a server that was cut off disturbs no one (thesis §9.6): unless the
 * leader itself wants a successor (§3.10), a candidate has the pre-votes of a majority, and those went to a log as up to date as the
 * voter's. Of two that ask at the same time one goes first: who asks itself would vote for one that outranks it, and asks no more, but
 * gives way to no other. The first time that it asks it refuses those whom it outranks, until one of its term refuses it; when it asks
 * again it refuses them no more.
 */
public final class PreVotes implements Law {
  private record Promise(PeerId voter, PeerId candidate, long term) {}

  private final Set<Promise> promises = new HashSet<>();
  /** Who asks for the first time, and has not been refused. */
  private final Set<PeerId> insisting = new HashSet<>();

  @Override
  public void started(PeerId peer, RaftState restored) {
    insisting.remove(peer);
  }

  @Override
  public void stepped(Stepped stepped) {
    for (Effect effect : stepped.step().effects()) {
      if (effect instanceof Effect.Send(var candidate, RaftMessage.PreVoteGranted granted)) {
        promises.add(new Promise(stepped.peer(), candidate, granted.term()));
      }
    }
    if (stepped.received().isPresent() && stepped.received().get() instanceof RaftMessage.PreVote question) {
      boolean granted = stepped.hasEffect(effect -> effect instanceof Effect.Send(var _, RaftMessage.PreVoteGranted _));
      checkUpToDate(stepped, question, granted);
      checkRank(stepped, question, granted);
    }
    noteInsistence(stepped);
    boolean campaigns = stepped.after().role() instanceof Role.Candidate && stepped.after().currentTerm() > stepped.before().currentTerm();
    boolean told = stepped.received().filter(message -> message instanceof RaftMessage.TimeoutNow).isPresent();
    if (campaigns && !told) {
      Membership membership = stepped.before().log().membership();
      long term = stepped.after().currentTerm();
      Law.require(Law.isMajority(membership, voter -> hasPreVote(voter, stepped.peer(), term)),
          "Pre-votes: %s campaigns in term %d, but no majority of %s would vote for it", stepped.peer(), term, membership);
    }
  }

  private boolean hasPreVote(PeerId voter, PeerId candidate, long term) {
    return voter.equals(candidate) || promises.contains(new Promise(voter, candidate, term));
  }

  private static void checkUpToDate(Stepped stepped, RaftMessage.PreVote question, boolean granted) {
    Law.require(!granted || mayCampaign(question, stepped.before()), "Pre-votes: %s, in term %d and with %s, would vote for %s",
        stepped.peer(), stepped.before().currentTerm(), stepped.before().log(), question);
  }

  private void noteInsistence(Stepped stepped) {
    boolean asks = stepped.after().role() instanceof Role.PreCandidate;
    boolean asked = stepped.before().role() instanceof Role.PreCandidate;
    boolean refused = stepped.received().filter(message -> message instanceof RaftMessage.PreVoteRefused
        && message.term() == stepped.before().currentTerm()).isPresent();
    boolean again = stepped.fired(Timer.ELECTION);
    if (asks && stepped.before().role() instanceof Role.Follower) {
      insisting.add(stepped.peer());
    } else if (!asks || (asked && (refused || again))) {
      insisting.remove(stepped.peer());
    }
  }

  private void checkRank(Stepped stepped, RaftMessage.PreVote question, boolean granted) {
    if (stepped.before().role() instanceof Role.PreCandidate) {
      EntryLog own = stepped.before().log();
      boolean equalLogs = question.lastLogTerm() == Law.lastTermOf(own) && question.lastLogIndex() == own.lastIndex();
      boolean goesFirst = mayCampaign(question, stepped.before())
          && (!equalLogs || question.candidateId().compareTo(stepped.peer()) > 0);
      boolean givesWay = stepped.after().role() instanceof Role.Follower;
      Law.require(goesFirst == givesWay && (granted || !goesFirst), "Pre-votes: %s, which asks itself and has %s, %s and %s for %s",
          stepped.peer(), own, givesWay ? "gives way" : "goes on asking", granted ? "would vote" : "would not vote", question);
      boolean insists = insisting.contains(stepped.peer());
      Law.require(goesFirst || !mayCampaign(question, stepped.before()) || granted != insists,
          "Pre-votes: %s, which asks %s, %s for %s", stepped.peer(), insists ? "for the first time" : "in vain",
          granted ? "would vote" : "would not vote", question);
    }
  }

  private static boolean mayCampaign(RaftMessage.PreVote question, RaftState voter) {
    long lastTerm = Law.lastTermOf(voter.log());
    return question.term() > voter.currentTerm() && (question.lastLogTerm() > lastTerm
        || (question.lastLogTerm() == lastTerm && question.lastLogIndex() >= voter.log().lastIndex()));
  }
}
