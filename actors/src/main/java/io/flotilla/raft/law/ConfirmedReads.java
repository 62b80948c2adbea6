package io.flotilla.raft.law;

import io.flotilla.raft.Effect;
import io.flotilla.raft.Input;
import io.flotilla.raft.Membership;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.RaftMessage;
import io.flotilla.raft.RaftState;
import io.flotilla.raft.Role;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.LongPredicate;
import java.util.stream.Stream;

/**
 * A leader serves a read only if, after it was asked, a majority confirmed that it still leads, and if it has committed an entry of its
 * term, since it may lack its predecessor's commit index until then (§8). A lease instead trusts a confirmation that was asked for less
 * than a lease ago, unless a successor was told to campaign (thesis §6.4.1). Whom C_new lets campaign alone has heard of it from the
 * leader since, so what the majority of that time confirmed still counts. Counts for itself, from what was sent. Reads wait only for the
 * round under way to end, never for a heartbeat to begin theirs.
 */
public final class ConfirmedReads implements Law {
  /** What a leader asked in its term, and who answered. */
  private static final class Leadership {
    private final Map<Long, Long> askedNanos = new HashMap<>();
    private final Map<PeerId, Long> answered = new HashMap<>();
    private final Map<Long, Asked> reads = new HashMap<>();
    private Optional<Long> confirmedNanos = Optional.empty();
    private long latestRound;
    private boolean handingOver;
  }

  private record Term(PeerId leader, long term) {}

  private record Asked(long round, long commitIndex) {}

  private final Map<Term, Leadership> leaderships = new HashMap<>();

  @Override
  public void stepped(Stepped stepped) {
    Leadership own = of(stepped.peer(), stepped.after().currentTerm());
    if (stepped.input().isPresent() && stepped.input().get() instanceof Input.Read read) {
      own.reads.put(read.readId(), new Asked(own.latestRound, stepped.before().commitIndex()));
    }
    if (stepped.before().role() instanceof Role.Leader && mayRenewLease(stepped)) {
      renewLease(stepped, own);
    }
    for (Effect effect : stepped.step().effects()) {
      switch (effect) {
        case Effect.Send(var leader, RaftMessage.AppendAccepted accepted) ->
            of(leader, accepted.term()).answered.merge(stepped.peer(), accepted.round(), Math::max);
        case Effect.Send(var leader, RaftMessage.AppendRefused refused) when isAnswerToItsTerm(stepped, refused) ->
            of(leader, refused.term()).answered.merge(stepped.peer(), refused.round(), Math::max);
        case Effect.Send(var _, RaftMessage.AppendEntries append) -> {
          own.latestRound = Math.max(own.latestRound, append.round());
          Long _ = own.askedNanos.putIfAbsent(append.round(), stepped.nowNanos());
        }
        case Effect.Send(var _, RaftMessage.TimeoutNow _) -> own.handingOver = true;
        case Effect.ReadReady ready -> check(stepped, own, ready);
        default -> { }
      }
    }
    checkAsked(stepped);
  }

  private static void checkAsked(Stepped stepped) {
    if (stepped.after().role() instanceof Role.Leader leader && stepped.after().commitIndex() >= leader.termStartIndex()) {
      Role.ReadRounds reads = leader.reads();
      Law.require(reads.waiting().isEmpty() || !reads.inRound().isEmpty(),
          "Confirmed reads: %s lets the reads %s wait, and no round is under way", stepped.peer(), reads.waiting());
    }
  }

  /** Whoever leads a term that has passed is refused in the term of now, in which it may lead again: that is no answer to its rounds. */
  private static boolean isAnswerToItsTerm(Stepped stepped, RaftMessage.AppendRefused refused) {
    return stepped.received().filter(append -> append.term() == refused.term()).isPresent();
  }

  private Leadership of(PeerId leader, long term) {
    return leaderships.computeIfAbsent(new Term(leader, term), _ -> new Leadership());
  }

  private static void check(Stepped stepped, Leadership own, Effect.ReadReady ready) {
    RaftState after = stepped.after();
    Law.require(after.log().termAt(after.commitIndex()) == after.currentTerm(),
        "Confirmed reads: %s, in term %d, serves reads before an entry of its term is committed", stepped.peer(), after.currentTerm());
    for (long readId : ready.readIds()) {
      Asked asked = own.reads.remove(readId);
      Law.require(asked != null && ready.readIndex() >= asked.commitIndex, "Confirmed reads: %s serves read %d, asked at %s, at %d",
          stepped.peer(), readId, asked, ready.readIndex());
      boolean leased = stepped.input().isPresent() && stepped.input().get() instanceof Input.Read(var id, var mode)
          && id == readId && mode == Input.ReadMode.LEASE && holdsLease(stepped, own);
      Law.require(leased || isConfirmed(stepped, own, round -> round > asked.round),
          "Confirmed reads: %s, in term %d, serves read %d, but nobody knows whether it still leads", stepped.peer(), after.currentTerm(),
          readId);
    }
  }

  private static boolean holdsLease(Stepped stepped, Leadership own) {
    long lease = stepped.after().settings().leaseDuration().toNanos();
    return !own.handingOver && own.confirmedNanos.filter(confirmed -> stepped.nowNanos() - confirmed < lease).isPresent();
  }

  /** By an answer, or by time if it is its only voter; what a majority confirmed counts for as long as it was one. */
  private static boolean mayRenewLease(Stepped stepped) {
    return stepped.received().isPresent() || stepped.input().filter(Input.Read.class::isInstance).isPresent()
        || stepped.after().log().membershipIndex() != stepped.before().log().membershipIndex();
  }

  /** The latest moment since when a majority has answered what it was asked. */
  private static void renewLease(Stepped stepped, Leadership own) {
    Membership membership = stepped.before().log().membership();
    Optional<Long> confirmed = confirmedBy(membership.voters(), stepped, own);
    if (membership.isJoint()) {
      Optional<Long> outgoing = confirmedBy(membership.outgoing(), stepped, own);
      confirmed = confirmed.flatMap(one -> outgoing.map(other -> Math.min(one, other)));
    }
    own.confirmedNanos = Stream.of(own.confirmedNanos, confirmed).flatMap(Optional::stream).max(Comparator.naturalOrder());
  }

  private static Optional<Long> confirmedBy(SortedSet<PeerId> voters, Stepped stepped, Leadership own) {
    List<Long> moments = voters.stream().map(voter -> voter.equals(stepped.peer()) ? Long.valueOf(stepped.nowNanos())
        : own.askedNanos.get(own.answered.getOrDefault(voter, -1L))).filter(Objects::nonNull).sorted(Comparator.reverseOrder()).toList();
    int majority = voters.size() / 2 + 1;
    return moments.size() < majority ? Optional.empty() : Optional.of(moments.get(majority - 1));
  }

  private static boolean isConfirmed(Stepped stepped, Leadership own, LongPredicate counts) {
    // What the answer confirmed may have committed a change, too.
    return isConfirmed(stepped, own, stepped.before().log().membership(), counts)
        || isConfirmed(stepped, own, stepped.after().log().membership(), counts);
  }

  private static boolean isConfirmed(Stepped stepped, Leadership own, Membership membership, LongPredicate counts) {
    return Law.isMajority(membership, voter -> voter.equals(stepped.peer())
        || (own.answered.containsKey(voter) && counts.test(own.answered.get(voter))));
  }
}
