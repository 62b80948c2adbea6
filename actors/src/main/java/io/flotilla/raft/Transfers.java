package io.flotilla.raft;

import java.time.Duration;
import java.util.Optional;

/** Leadership transfer (thesis §3.10): no more proposals, the target catches up, it is told to campaign. */
final class Transfers {
  private Transfers() {}

  static Step onTransferLeadership(RaftState state, Input.TransferLeadership wanted, long nowNanos) {
    if (!(state.role() instanceof Role.Leader leader)) {
      return Step.to(state,
          new Effect.TransferEnded(wanted.requestId(), new Effect.ChangeOutcome.NotLeader(state.leaderId())));
    }
    if (wanted.target().equals(state.self())) {
      return Step.to(state, new Effect.TransferEnded(wanted.requestId(), new Effect.ChangeOutcome.Done()));
    }
    Optional<String> objection = objection(state, leader, wanted);
    if (objection.isPresent()) {
      return Step.to(state,
          new Effect.TransferEnded(wanted.requestId(), new Effect.ChangeOutcome.Rejected(objection.get())));
    }
    Duration limit = state.settings().electionTimeoutMax();
    Role.Transfer transfer = new Role.Transfer(wanted.requestId(), wanted.target(), false);
    return Step.to(state.withRole(leader.withTransfer(Optional.of(transfer))),
        new Effect.SetTimer(Timer.TRANSFER, limit, limit))
        .then(next -> Replication.sendTo(next, wanted.target(), nowNanos))
        .then(next -> maybeTell(next, wanted.target()));
  }

  private static Optional<String> objection(RaftState state, Role.Leader leader, Input.TransferLeadership wanted) {
    if (leader.transfer().isPresent()) {
      return Optional.of("leadership is being transferred to " + leader.transfer().get().target());
    }
    if (leader.change().isPresent() || state.membership().isJoint()) {
      return Optional.of("the membership is being changed");
    }
    if (!state.membership().voters().contains(wanted.target())) {
      return Optional.of("%s is no voter of this group; the voters are %s".formatted(wanted.target(),
          state.membership().voters()));
    }
    return Optional.empty();
  }

  /** Tells the target to campaign once it has the whole log: then nobody can refuse it for being behind. */
  static Step maybeTell(RaftState state, PeerId peer) {
    if (!(state.role() instanceof Role.Leader leader)) {
      return Step.to(state);
    }
    Optional<Role.Transfer> ready = leader.transfer().filter(transfer -> !transfer.told()
        && transfer.target().equals(peer) && leader.followers().get(peer).matchIndex() == state.log().lastIndex());
    return ready.map(transfer -> {
      Role told = leader.withTransfer(Optional.of(new Role.Transfer(transfer.requestId(), peer, true)));
      return Step.to(Reads.forfeitLease(state.withRole(told)),
          new Effect.Send(peer, new RaftMessage.TimeoutNow(state.currentTerm(), state.self())));
    }).orElse(Step.to(state));
  }

  /** It took too long: lead on. */
  static Step onTimeout(RaftState state) {
    if (!(state.role() instanceof Role.Leader leader) || leader.transfer().isEmpty()) {
      return Step.to(state);
    }
    Role.Transfer transfer = leader.transfer().get();
    return Step.to(state.withRole(leader.withTransfer(Optional.empty())),
        new Effect.TransferEnded(transfer.requestId(), new Effect.ChangeOutcome.Rejected(
            "%s did not take over within %s".formatted(transfer.target(), state.settings().electionTimeoutMax()))));
  }

  /** The leader after the transfer is known. */
  static Effect ended(Role.Transfer transfer, PeerId leaderId) {
    return new Effect.TransferEnded(transfer.requestId(), leaderId.equals(transfer.target())
        ? new Effect.ChangeOutcome.Done()
        : new Effect.ChangeOutcome.Rejected("%s was elected instead of %s".formatted(leaderId, transfer.target())));
  }

  /** A replica that handed leadership over has seen no successor for an election timeout: nobody can say any more how it ended. */
  static Step abandoned(RaftState state) {
    if (!(state.role() instanceof Role.Follower follower) || follower.handingOver().isEmpty()) {
      return Step.to(state);
    }
    return Step.to(state.withRole(follower.withoutTransfer()),
        new Effect.TransferEnded(follower.handingOver().get().requestId(), new Effect.ChangeOutcome.OutcomeUnknown()));
  }
}
