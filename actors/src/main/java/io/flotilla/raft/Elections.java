package io.flotilla.raft;

import static io.flotilla.raft.Checks.check;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Who leads (§5.2, §5.4.1), with PreVote (thesis §9.6), leader stickiness (§4.2.3) and CheckQuorum (§6.2). All changes of role are here. */
final class Elections {
  private Elections() {}

  static Effect.SetTimer electionTimer(RaftState state) {
    return new Effect.SetTimer(Timer.ELECTION, state.settings().electionTimeoutMin(),
        state.settings().electionTimeoutMax());
  }

  static boolean isOnlyVoter(RaftState state) {
    Membership membership = state.membership();
    return !membership.isJoint() && membership.voters().equals(Collections.singleton(state.self()));
  }

  /**
   * Whether nobody else can lead. While the membership that says so may be uncommitted, its author may lead still, who is perhaps not
   * in it and holds a lease on this server's promise not to campaign.
   */
  static boolean isCertainlyAlone(RaftState state) {
    return isOnlyVoter(state) && state.log().membershipIndex() <= state.commitIndex();
  }

  // Timers

  /**
   * Follower and candidates: campaign, unless a leader was heard meanwhile. The timer is not set anew for each message of the leader;
   * instead what is left of the time is waited for here.
   */
  static Step onElectionTimeout(RaftState state, long nowNanos) {
    return switch (state.role()) {
      case Role.Leader _ -> Step.to(state);
      case Role.Follower follower when !mayCampaign(state) || follower.installing() ->
        Transfers.abandoned(state).and(electionTimer(state));
      case Role.Follower follower when heardLately(state, follower, nowNanos) ->
        Step.to(state, remainingTime(state, nowNanos - follower.heardLeaderNanos().orElseThrow()));
      case Role.Follower _, Role.PreCandidate _, Role.Candidate _ -> becomePreCandidate(state);
    };
  }

  /**
   * Voters campaign, and so does one whom an uncommitted C_new leaves out (thesis §4.2.2). Otherwise: 1. C_new reaches only those
   * whom it makes learners, and the leader crashes. 2. They have the longest logs, so nobody without C_new gets a majority of
   * C_old past them. 3. If they did not campaign either, the group would never again have a leader. After a restart a server does
   * not know what is committed, so it may have been a voter in none but a membership between the two that it began and ends with.
   */
  private static boolean mayCampaign(RaftState state) {
    return state.log().membershipsFrom(state.commitIndex()).stream().anyMatch(membership -> membership.isVoter(state.self()));
  }

  private static Effect.SetTimer remainingTime(RaftState state, long elapsedNanos) {
    Duration elapsed = Duration.ofNanos(elapsedNanos);
    return new Effect.SetTimer(Timer.ELECTION, state.settings().electionTimeoutMin().minus(elapsed),
        state.settings().electionTimeoutMax().minus(elapsed));
  }

  /** A leader that a majority no longer answers makes room (thesis §6.2): its clients would wait in vain. */
  static Step onCheckQuorum(RaftState state, long nowNanos) {
    if (!(state.role() instanceof Role.Leader leader)) {
      return Step.to(state);
    }
    long oldest = nowNanos - state.settings().electionTimeoutMax().toNanos();
    boolean heard = Quorum.has(state.membership(),
        peer -> peer.equals(state.self()) || leader.followers().get(peer).lastHeardNanos() >= oldest);
    return heard
        ? Step.to(state, checkQuorumTimer(state))
        : becomeFollower(state, state.currentTerm(), Optional.empty());
  }

  private static Effect.SetTimer checkQuorumTimer(RaftState state) {
    Duration period = state.settings().electionTimeoutMax();
    return new Effect.SetTimer(Timer.CHECK_QUORUM, period, period);
  }

  // Pre-vote

  /**
   * Of two that ask at the same time one goes first, or each would have the other's pre-vote, both would campaign, and the vote
   * might be split. Ranks as in §5.2, but harmless: no term has begun, who gives way leaves its election timer running, and nobody
   * insists for long. And one that cannot win may make another hurry: who has more, has lost the leader as well, and is a majority together
   * with the one that asks does not wait any longer. There is no third with whom it could split the votes.
   */
  static Step onPreVote(RaftState state, RaftMessage.PreVote preVote, long nowNanos) {
    boolean outranked = outranks(preVote, state);
    boolean insists = !outranked && state.role() instanceof Role.PreCandidate asking && asking.insists();
    boolean upToDate = isUpToDate(state, preVote.lastLogTerm(), preVote.lastLogIndex());
    boolean inTime = preVote.term() > state.currentTerm();
    boolean granted = inTime && !hasLeader(state, nowNanos) && !insists && upToDate;
    boolean givesWay = granted && outranked && state.role() instanceof Role.PreCandidate;
    RaftMessage answer = granted
        ? new RaftMessage.PreVoteGranted(preVote.term(), state.self())
        : new RaftMessage.PreVoteRefused(state.currentTerm(), state.self());
    Step answered = Step.to(givesWay ? givingWay(state) : state, new Effect.Send(preVote.candidateId(), answer));
    boolean hurries = inTime && !upToDate && hasLostLeader(state, nowNanos)
        && Quorum.has(state.membership(), peer -> peer.equals(state.self()) || peer.equals(preVote.candidateId()));
    return hurries ? answered.then(Elections::becomePreCandidate) : answered;
  }

  /** Whether it has followed a leader in this term that is silent: who has just voted leaves its candidate the time to win. */
  private static boolean hasLostLeader(RaftState state, long nowNanos) {
    return state.role() instanceof Role.Follower follower && follower.leaderId().isPresent() && !heardLately(state, follower, nowNanos)
        && mayCampaign(state) && !follower.installing();
  }

  /** The more up-to-date log goes first, with equal logs the greater id. */
  private static boolean outranks(RaftMessage.PreVote preVote, RaftState state) {
    boolean equalLogs = preVote.lastLogTerm() == state.log().lastTerm() && preVote.lastLogIndex() == state.log().lastIndex();
    return equalLogs
        ? preVote.candidateId().compareTo(state.self()) > 0
        : isUpToDate(state, preVote.lastLogTerm(), preVote.lastLogIndex());
  }

  private static RaftState givingWay(RaftState state) {
    return state.withRole(Role.Follower.of(Optional.empty()));
  }

  static Step onPreVoteGranted(RaftState state, RaftMessage.PreVoteGranted granted) {
    if (!(state.role() instanceof Role.PreCandidate candidate) || granted.term() != state.currentTerm() + 1) {
      return Step.to(state);
    }
    Role.PreCandidate asking = candidate.withVoteOf(granted.voterId());
    return Quorum.has(state.membership(), voter -> asking.votesGranted().contains(voter))
        ? becomeCandidate(state, false)
        : Step.to(state.withRole(asking));
  }

  /** It may not win, so it does not stand in the way of others any more. */
  static Step onPreVoteRefused(RaftState state) {
    return state.role() instanceof Role.PreCandidate candidate
        ? Step.to(state.withRole(candidate.withoutInsisting()))
        : Step.to(state);
  }

  // Vote

  /**
   * Whether a request for votes is to be left alone, its term included: a leader was heard so lately that the candidate must be the
   * one who is cut off, or removed from the group (§6, thesis §4.2.3). Not if the leader itself wants it to campaign.
   */
  static boolean isWithheld(RaftState state, RaftMessage.RequestVote request, long nowNanos) {
    return request.term() > state.currentTerm() && !request.leadershipTransfer() && hasLeader(state, nowNanos);
  }

  static Step onRequestVote(RaftState state, RaftMessage.RequestVote request) {
    boolean free = state.votedFor().isEmpty() || state.votedFor().get().equals(request.candidateId());
    boolean granted = free && isUpToDate(state, request.lastLogTerm(), request.lastLogIndex());   // candidates have voted already
    return granted
        ? becomeFollower(state, state.currentTerm(), state.leaderId()).then(next -> grantVote(next, request.candidateId()))
        : Step.to(state,
            new Effect.Send(request.candidateId(), new RaftMessage.VoteRefused(state.currentTerm(), state.self())));
  }

  private static Step grantVote(RaftState state, PeerId candidateId) {
    Step voted = state.votedFor().isPresent() ? Step.to(state) : vote(state, candidateId);
    return voted
        .then(next -> RaftCore.promise(next, candidateId, new RaftMessage.VoteGranted(next.currentTerm(), next.self())))
        .and(electionTimer(state));
  }

  /** Both halves of "up to date": the later last term wins, with equal ones the longer log (§5.4.1). */
  private static boolean isUpToDate(RaftState state, long lastLogTerm, long lastLogIndex) {
    EntryLog log = state.log();
    return lastLogTerm > log.lastTerm() || (lastLogTerm == log.lastTerm() && lastLogIndex >= log.lastIndex());
  }

  /**
   * Votes count as long as the term lasts, also when the time of the candidacy has run out. Otherwise, where answers take longer than an
   * election timeout, elections are won and nobody leads.
   */
  static Step onVoteGranted(RaftState state, RaftMessage.VoteGranted granted, long nowNanos) {
    Optional<Role.Candidate> candidacy = candidacyOf(state.role()).map(earlier -> earlier.withVoteOf(granted.voterId()));
    if (candidacy.isEmpty()) {
      return Step.to(state);
    }
    Role.Candidate candidate = candidacy.get();
    return Quorum.has(state.membership(), voter -> candidate.votesGranted().contains(voter))
        ? becomeLeader(state, nowNanos)
        : Step.to(state.withRole(withCandidacy(state.role(), candidate)));
  }

  /** The candidacy in this term that may still be won. */
  private static Optional<Role.Candidate> candidacyOf(Role role) {
    return switch (role) {
      case Role.Candidate candidate -> Optional.of(candidate);
      case Role.PreCandidate asking -> asking.candidacy();
      case Role.Follower _, Role.Leader _ -> Optional.empty();
    };
  }

  private static Role withCandidacy(Role role, Role.Candidate candidacy) {
    return role instanceof Role.PreCandidate asking ? asking.withCandidacy(candidacy) : candidacy;
  }

  /** The leader wants this replica to lead: it campaigns at once, without asking first whether it could win (thesis §3.10). */
  static Step onTimeoutNow(RaftState state) {
    return state.role() instanceof Role.Follower follower && !follower.installing()
        && state.membership().isVoter(state.self()) ? becomeCandidate(state, true) : Step.to(state);
  }

  // Roles

  /**
   * Follows {@code leaderId}, or nobody yet, in {@code term}. Whoever waited for this replica as a leader is told.
   */
  static Step becomeFollower(RaftState state, long term, Optional<PeerId> leaderId) {
    check(term >= state.currentTerm(), "term %d is not below %d", term, state.currentTerm());
    Step settled = term > state.currentTerm() ? adoptTerm(state, term) : Step.to(state);
    return switch (state.role()) {
      case Role.Follower follower -> settled.then(next -> Step.to(next.withRole(follower.withLeader(leaderId))));
      case Role.PreCandidate _, Role.Candidate _ ->
        settled.then(next -> Step.to(next.withRole(Role.Follower.of(leaderId)), electionTimer(next)));
      case Role.Leader leader -> settled.then(next -> stepDown(next, leader, leaderId));
    };
  }

  private static Step stepDown(RaftState state, Role.Leader leader, Optional<PeerId> leaderId) {
    List<Effect> effects = new ArrayList<>(List.of(new Effect.CancelTimer(Timer.HEARTBEAT),
        new Effect.CancelTimer(Timer.CHECK_QUORUM), new Effect.CancelTimer(Timer.TRANSFER), new Effect.CancelTimer(Timer.THRIFTY),
        electionTimer(state)));
    List<Long> reads = new ArrayList<>(leader.reads().inRound());
    reads.addAll(leader.reads().waiting());
    if (!reads.isEmpty()) {
      effects.add(new Effect.ReadRefused(reads, leaderId));
    }
    leader.change().ifPresent(change -> effects.add(
        new Effect.MembershipChangeEnded(change.requestId(), new Effect.ChangeOutcome.OutcomeUnknown())));
    Role.Follower follower = new Role.Follower(leaderId, Optional.empty(), Optional.empty(), leader.transfer());
    return new Step(state.withRole(follower), effects);
  }

  /** Takes note of a term: in it, no vote is given yet. */
  private static Step adoptTerm(RaftState state, long term) {
    RaftState next = state.withTerm(term, Optional.empty())
        .withWrites(state.writes().withoutPromises().asked(state.log().lastIndex()));
    return Step.to(next, RaftCore.persist(next, List.of()));
  }

  private static Step vote(RaftState state, PeerId candidateId) {
    RaftState next = state.withTerm(state.currentTerm(), Optional.of(candidateId))
        .withWrites(state.writes().asked(state.log().lastIndex()));
    return Step.to(next, RaftCore.persist(next, List.of()));
  }

  private static Step becomePreCandidate(RaftState state) {
    if (isOnlyVoter(state)) {
      return becomeCandidate(state, false);
    }
    RaftMessage.PreVote preVote = new RaftMessage.PreVote(state.currentTerm() + 1, state.self(),
        state.log().lastIndex(), state.log().lastTerm());
    boolean insists = state.role() instanceof Role.Follower;
    Role role = new Role.PreCandidate(new TreeSet<>(Set.of(state.self())), insists, candidacyOf(state.role()));
    return Transfers.abandoned(state).then(next -> Step.to(next.withRole(role), electionTimer(next)))
        .then(next -> toVoters(next, preVote));
  }

  /**
   * Its own vote counts like anybody's: once it is durable. Nor does it ask for votes before, or: 1. it asks in term t, is granted
   * votes for a log whose end is not durable, and crashes. 2. It comes back in term t - 1 with a shorter log and campaigns in t
   * anew. 3. The votes of step 1 arrive late, and make it leader without what they were given for (§5.4.1).
   */
  static Step becomeCandidate(RaftState state, boolean leadershipTransfer) {
    long term = state.currentTerm() + 1;
    RaftMessage.RequestVote request = new RaftMessage.RequestVote(term, state.self(), state.log().lastIndex(),
        state.log().lastTerm(), leadershipTransfer);
    RaftState voted = state.withTerm(term, Optional.of(state.self()))
        .withWrites(state.writes().withoutPromises().asked(state.log().lastIndex()))
        .withRole(new Role.Candidate(new TreeSet<>(), leadershipTransfer));
    return Transfers.abandoned(state).then(_ -> Step.to(voted, RaftCore.persist(voted, List.of()), electionTimer(voted)))
        .then(next -> RaftCore.promise(next, next.self(), new RaftMessage.VoteGranted(term, next.self())))
        .then(next -> promiseToVoters(next, request));
  }

  /** Begins the term with a no-op, since only an entry of its own term lets it commit what is in its log (§5.4.2, §8). */
  private static Step becomeLeader(RaftState state, long nowNanos) {
    long nextIndex = state.log().lastIndex() + 1;
    SortedMap<PeerId, Progress> followers = new TreeMap<>();
    for (PeerId peer : state.membership().members()) {
      if (!peer.equals(state.self())) {
        followers.put(peer, Progress.unknown(nextIndex, nowNanos));
      }
    }
    Role.Leader leader =
        new Role.Leader(nextIndex, followers, Role.ReadRounds.NONE, Optional.empty(), Optional.empty(), false);
    return Step.to(state.withRole(leader), new Effect.CancelTimer(Timer.ELECTION),
        Replication.heartbeatTimer(state), checkQuorumTimer(state))
        .then(next -> Replication.append(next, List.of(new LogEntry.NoOp(nextIndex, next.currentTerm())), nowNanos));
  }

  // Helpers

  private static boolean hasLeader(RaftState state, long nowNanos) {
    return switch (state.role()) {
      case Role.Leader _ -> true;
      case Role.Follower follower -> heardLately(state, follower, nowNanos);
      case Role.PreCandidate _, Role.Candidate _ -> false;
    };
  }

  private static boolean heardLately(RaftState state, Role.Follower follower, long nowNanos) {
    return follower.heardLeaderNanos()
        .map(heard -> nowNanos - heard < state.settings().electionTimeoutMin().toNanos()).orElse(false);
  }

  private static Step toVoters(RaftState state, RaftMessage message) {
    return new Step(state, otherVoters(state).stream().<Effect>map(peer -> new Effect.Send(peer, message)).toList());
  }

  private static Step promiseToVoters(RaftState state, RaftMessage message) {
    Step step = Step.to(state);
    for (PeerId peer : otherVoters(state)) {
      step = step.then(next -> RaftCore.promise(next, peer, message));
    }
    return step;
  }

  private static List<PeerId> otherVoters(RaftState state) {
    return state.membership().members().stream()
        .filter(peer -> state.membership().isVoter(peer) && !peer.equals(state.self())).toList();
  }
}
