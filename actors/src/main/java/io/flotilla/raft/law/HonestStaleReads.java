package io.flotilla.raft.law;

import io.flotilla.raft.PeerId;
import io.flotilla.raft.RaftMessage;
import io.flotilla.raft.RaftState;
import io.flotilla.raft.Role;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A read that may be stale shows what its replica's state machine has applied, at some moment between the question and the answer: a
 * prefix of what is committed, which never gets shorter while the replica runs. And it does not claim to be fresher than it is: it is of
 * this moment on a leader alone; elsewhere it is as old as the latest word of a leader, or of any age, if the replica has heard none since
 * it started. Nor does a follower claim to be older than that.
 */
public final class HonestStaleReads implements Law {
  /**
   * What a replica knows of leaders.
   *
   * @param heardNanos when a leader's word came last, its own included, on the replica's clock
   * @param turns how often it has begun or ceased to lead or to follow
   */
  private record Hearing(boolean leads, boolean follows, Optional<Long> heardNanos, long turns) {
    static final Hearing NOTHING = new Hearing(false, false, Optional.empty(), 0);
  }

  private record Asked(PeerId peer, long nowNanos, long appliedIndex, Hearing hearing) {}

  private final Map<PeerId, Long> appliedIndexes = new HashMap<>();
  private final Map<PeerId, Hearing> hearings = new HashMap<>();
  private final Map<Long, Asked> asked = new HashMap<>();

  @Override
  public void started(PeerId peer, RaftState restored) {
    appliedIndexes.remove(peer);
    hearings.remove(peer);
    asked.values().removeIf(question -> question.peer.equals(peer));
  }

  @Override
  public void stepped(Stepped stepped) {
    Hearing before = hearingOf(stepped.peer());
    boolean leads = stepped.after().role() instanceof Role.Leader;
    boolean follows = !leads && stepped.after().leaderId().isPresent();
    boolean heard = before.leads || isFromLeader(stepped);
    boolean turned = leads != before.leads || follows != before.follows;
    if (heard || turned) {
      hearings.put(stepped.peer(), new Hearing(leads, follows, heard ? Optional.of(stepped.nowNanos()) : before.heardNanos,
          before.turns + (turned ? 1 : 0)));
    }
  }

  private static boolean isFromLeader(Stepped stepped) {
    return stepped.received().filter(message -> message.term() == stepped.after().currentTerm()
        && (message instanceof RaftMessage.AppendEntries || message instanceof RaftMessage.InstallSnapshot)).isPresent();
  }

  @Override
  public void applied(PeerId peer, long index, long digest) {
    appliedIndexes.put(peer, index);
  }

  @Override
  public void staleReadAsked(PeerId peer, long readId, long nowNanos) {
    asked.put(readId, new Asked(peer, nowNanos, appliedOf(peer), hearingOf(peer)));
  }

  @Override
  public void staleReadAnswered(long readId, long appliedIndex, long staleMillis, long nowNanos) {
    Asked question = asked.remove(readId);
    Law.require(question != null, "Honest stale reads: %d is answered once, by the replica that was asked", readId);
    PeerId peer = question.peer;
    Law.require(question.appliedIndex <= appliedIndex && appliedIndex <= appliedOf(peer),
        "Honest stale reads: %s had applied %d when it was asked and %d when it answered, and shows %d", peer, question.appliedIndex,
        appliedOf(peer), appliedIndex);
    long least = leastMillis(question);
    Law.require(staleMillis >= least, "Honest stale reads: %s tells of a leader %d ms ago, but it was %d ms or more", peer, staleMillis,
        least);
    boolean followsOn = question.hearing.follows && question.hearing.turns == hearingOf(peer).turns;
    Law.require(!followsOn || staleMillis <= millisSince(question.hearing, nowNanos),
        "Honest stale reads: %s tells of a leader %d ms ago, but follows one", peer, staleMillis);
  }

  private long leastMillis(Asked question) {
    Hearing now = hearingOf(question.peer);
    return now.leads || question.hearing.leads ? 0 : millisSince(now, question.nowNanos);
  }

  private static long millisSince(Hearing hearing, long nowNanos) {
    return hearing.heardNanos.map(heard -> TimeUnit.NANOSECONDS.toMillis(nowNanos - heard)).orElse(Long.MAX_VALUE);
  }

  private long appliedOf(PeerId peer) {
    return appliedIndexes.getOrDefault(peer, 0L);
  }

  private Hearing hearingOf(PeerId peer) {
    return hearings.getOrDefault(peer, Hearing.NOTHING);
  }
}
