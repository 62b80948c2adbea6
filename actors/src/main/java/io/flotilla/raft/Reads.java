package io.flotilla.raft;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Linearizable reads without a log entry each (§8, thesis §6.4): ReadIndex, one confirmation round for all reads that wait, and
 * leases. A round is a heartbeat with a number; whoever answers it, even to refuse the entries, confirms the leadership of the term.
 */
final class Reads {
  private Reads() {}

  static Step onRead(RaftState state, Input.Read read, long nowNanos) {
    if (!(state.role() instanceof Role.Leader leader)) {
      return Step.to(state, new Effect.ReadRefused(List.of(read.readId()), state.leaderId()));
    }
    if (read.mode() == Input.ReadMode.LEASE && holdsLease(state, leader, nowNanos)) {
      return Step.to(state, new Effect.ReadReady(List.of(read.readId()), state.commitIndex()));
    }
    List<Long> waiting = new ArrayList<>(leader.reads().waiting());
    waiting.add(read.readId());
    return maybeBeginRound(with(state, leader, reads -> new Role.ReadRounds(reads.round(), reads.roundStartedNanos(),
        reads.confirmedNanos(), reads.inRound(), waiting, reads.leaseForfeited())), nowNanos);
  }

  private static boolean holdsLease(RaftState state, Role.Leader leader, long nowNanos) {
    Role.ReadRounds reads = leader.reads();
    return knowsWhatIsCommitted(state, leader) && !reads.leaseForfeited() && reads.confirmedNanos()
        .map(confirmed -> nowNanos - confirmed < state.settings().leaseDuration().toNanos()).orElse(false);
  }

  /** Until its own no-op is committed, a leader may lack the commit index of its predecessor (§8). */
  private static boolean knowsWhatIsCommitted(RaftState state, Role.Leader leader) {
    return state.commitIndex() >= leader.termStartIndex();
  }

  /** Begins a round for the reads that wait, unless one is under way: then they are for the next. */
  static Step maybeBeginRound(RaftState state, long nowNanos) {
    if (!(state.role() instanceof Role.Leader leader) || leader.reads().waiting().isEmpty()
        || !leader.reads().inRound().isEmpty() || !knowsWhatIsCommitted(state, leader)) {
      return Step.to(state);
    }
    return Step.to(withNextRound(state, leader, nowNanos)).then(Replication::sendHeartbeats)
        .then(next -> maybeConfirm(next, nowNanos));
  }

  /**
   * At each heartbeat, which then carries it: renews the lease. While reads wait for their round, that one is sent again, and looked at
   * again: 1. A round is asked of n1, n2, n3. 2. C_new, n1 alone, is committed before they answer. 3. Nobody is left whose answer
   * would show that the round is confirmed.
   */
  static Step renewRound(RaftState state, long nowNanos) {
    Role.Leader leader = Replication.leader(state);
    return leader.reads().inRound().isEmpty()
        ? Step.to(withNextRound(state, leader, nowNanos)).then(next -> maybeConfirm(next, nowNanos))
        : maybeConfirm(state, nowNanos);
  }

  private static RaftState withNextRound(RaftState state, Role.Leader leader, long nowNanos) {
    boolean serves = knowsWhatIsCommitted(state, leader);
    return with(state, leader,
        reads -> new Role.ReadRounds(reads.round() + 1, nowNanos, reads.confirmedNanos(),
            serves ? reads.waiting() : List.of(), serves ? List.of() : reads.waiting(), reads.leaseForfeited()));
  }

  /** Once a quorum answered the round, its reads see all that is committed by now. */
  static Step maybeConfirm(RaftState state, long nowNanos) {
    if (!(state.role() instanceof Role.Leader leader)) {
      return Step.to(state);
    }
    Role.ReadRounds reads = leader.reads();
    boolean confirmedBefore = reads.confirmedNanos().equals(Optional.of(reads.roundStartedNanos()))
        && reads.inRound().isEmpty();
    if (reads.round() == RaftMessage.NO_ROUND || confirmedBefore || !Quorum.has(state.membership(), peer -> peer.equals(state.self())
        || leader.followers().get(peer).acknowledgedRound() >= reads.round())) {
      return Step.to(state);
    }
    RaftState confirmed = with(state, leader, _ -> new Role.ReadRounds(reads.round(), reads.roundStartedNanos(),
        Optional.of(reads.roundStartedNanos()), List.of(), reads.waiting(), reads.leaseForfeited()));
    Step step = reads.inRound().isEmpty()
        ? Step.to(confirmed)
        : Step.to(confirmed, new Effect.ReadReady(reads.inRound(), state.commitIndex()));
    return step.then(next -> maybeBeginRound(next, nowNanos));
  }

  /** Somebody is told to campaign in spite of the voters' promise to wait, on which leases rest: no more of them in this term. */
  static RaftState forfeitLease(RaftState state) {
    return with(state, Replication.leader(state), reads -> new Role.ReadRounds(reads.round(), reads.roundStartedNanos(),
        reads.confirmedNanos(), reads.inRound(), reads.waiting(), true));
  }

  private static RaftState with(RaftState state, Role.Leader leader,
      UnaryOperator<Role.ReadRounds> change) {
    return state.withRole(leader.withReads(change.apply(leader.reads())));
  }
}
