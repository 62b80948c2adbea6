package io.flotilla.raft;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Commands go to a quorum first: to those followers that answer soonest, as many as commitment needs. The others get a few of them
 * together, and soon. A command that comes alone then costs the rest of the group neither a message nor a write to disk ("thrifty" in
 * Moraru, Andersen and Kaminsky, There Is More Consensus in Egalitarian Parliaments, SOSP 2013).
 */
final class Thrifty {
  private static final int SOONER_BY_FAR = 2;

  private Thrifty() {}

  /**
   * Sends a follower all that it may be sent now, unless it is spared for the moment. Nobody is in a joint membership, where two majorities
   * would have to be chosen, nor by a leader that leaves, which is not one of the majority itself.
   */
  static Step sendUnlessSpared(RaftState state, PeerId peer, long nowNanos) {
    Progress progress = Replication.leader(state).followers().get(peer);
    boolean waits = progress.mode() instanceof Progress.Mode.Replicating && progress.nextIndex() <= state.log().lastIndex();
    if (!waits || state.membership().isJoint() || !state.membership().isVoter(state.self())) {
      return Replication.sendTo(state, peer, nowNanos);
    }
    boolean needed = isNeeded(state, peer, nowNanos);
    RaftState next = needed == progress.spared()
        ? Replication.withFollower(state, peer, progress.withSpared(!needed)) : state;
    return needed || !isLittle(state, progress) ? Replication.sendTo(next, peer, nowNanos) : startTimer(next);
  }

  private static Step startTimer(RaftState state) {
    Role.Leader leader = Replication.leader(state);
    Duration delay = state.settings().thriftyDelay();
    return leader.thriftyTimerRuns()
        ? Step.to(state)
        : Step.to(state.withRole(leader.withThriftyTimer(true)), new Effect.SetTimer(Timer.THRIFTY, delay, delay));
  }

  /** Its time is up: nobody stays behind, and nobody waits for long if those that were chosen do not answer. */
  static Step onTimeout(RaftState state, long nowNanos) {
    return state.role() instanceof Role.Leader leader
        ? end(state.withRole(leader.withThriftyTimer(false)), nowNanos)
        : Step.to(state);
  }

  /** Whoever is spared is sent all now. */
  static Step end(RaftState state, long nowNanos) {
    Step step = Step.to(state);
    for (Map.Entry<PeerId, Progress> follower : Replication.leader(state).followers().entrySet()) {
      if (follower.getValue().spared()) {
        step = step.then(next -> Replication.sendTo(next, follower.getKey(), nowNanos));
      }
    }
    return step;
  }

  /** In this order followers are sent to, so that a follower is only spared once enough of the sooner ones have been. */
  static List<PeerId> soonestFirst(RaftState state, long nowNanos) {
    return Replication.leader(state).followers().keySet().stream()
        .sorted((one, other) -> bySpeed(state, one, other, nowNanos)).toList();
  }

  /** Few entries, and no more than one append holds. */
  private static boolean isLittle(RaftState state, Progress progress) {
    RaftSettings settings = state.settings();
    EntryLog log = state.log();
    return log.lastIndex() - progress.nextIndex() + 1 < settings.thriftyEntries() && progress.nextIndex() > log.baseIndex()
        && log.lastOfBatch(progress.nextIndex(), settings.maxAppendEntries(), settings.maxAppendBytes()) == log.lastIndex();
  }

  /** Whether commitment needs this one: too few other voters answer sooner, and are sent everything. */
  private static boolean isNeeded(RaftState state, PeerId peer, long nowNanos) {
    Membership membership = state.membership();
    long others = Replication.leader(state).followers().entrySet().stream().filter(other -> membership.isVoter(other.getKey())
        && bySpeed(state, other.getKey(), peer, nowNanos) < 0 && isSentEverything(state, other.getValue())).count();
    return membership.isVoter(peer) && others < membership.voters().size() / 2;   // with the leader a majority
  }

  /** At once, or as soon as pace and window allow. */
  private static boolean isSentEverything(RaftState state, Progress progress) {
    return progress.mode() instanceof Progress.Mode.Replicating(var inFlight)
        && (progress.nextIndex() > state.log().lastIndex() || (!progress.spared()
        && (!Replication.isDue(progress, state.writes()) || inFlight.size() >= state.settings().maxInFlightAppends())));
  }

  /** Of equals the smaller id comes first. */
  private static int bySpeed(RaftState state, PeerId one, PeerId other, long nowNanos) {
    int order = Long.compare(biasedAnswerNanos(state, one, nowNanos), biasedAnswerNanos(state, other, nowNanos));
    return order == 0 ? one.compareTo(other) : order;
  }

  /**
   * How long it takes to answer. Who is spared is to be sooner by far before it takes another's place: a command costs least where the one
   * before it has just been.
   */
  private static long biasedAnswerNanos(RaftState state, PeerId peer, long nowNanos) {
    Progress progress = Replication.leader(state).followers().get(peer);
    long answerNanos = progress.expectedAnswerNanos(nowNanos);
    return progress.spared() && answerNanos < Long.MAX_VALUE ? SOONER_BY_FAR * answerNanos : answerNanos;
  }
}
