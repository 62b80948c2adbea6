package io.flotilla.raft.law;

import io.flotilla.raft.Effect;
import io.flotilla.raft.EntryLog;
import io.flotilla.raft.Input;
import io.flotilla.raft.Membership;
import io.flotilla.raft.PeerId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Whoever asked for a change of membership or of leadership is told the truth: that it is done only if the group has just that membership,
 * committed, or that leader; that it will not be done only if it is not on its way.
 */
public final class TruthfulOutcomes implements Law {
  private record Request(PeerId peer, long requestId) {}

  private final Map<Request, Membership> memberships = new HashMap<>();
  private final Map<Request, PeerId> successors = new HashMap<>();

  @Override
  public void stepped(Stepped stepped) {
    if (stepped.input().isEmpty()) {
      return;
    }
    switch (stepped.input().get()) {
      case Input.ChangeMembership(var requestId, var voters, var learners) ->
          memberships.put(new Request(stepped.peer(), requestId), Membership.of(voters, learners));
      case Input.TransferLeadership(var requestId, var target) -> successors.put(new Request(stepped.peer(), requestId), target);
      default -> { }
    }
    for (Effect effect : stepped.step().effects()) {
      switch (effect) {
        case Effect.MembershipChangeEnded(var requestId, var outcome) ->
            checkChange(stepped, requestId, memberships.remove(new Request(stepped.peer(), requestId)), outcome);
        case Effect.TransferEnded(var requestId, Effect.ChangeOutcome.Done _) ->
            checkTransfer(stepped, successors.remove(new Request(stepped.peer(), requestId)));
        default -> { }
      }
    }
  }

  private static void checkChange(Stepped stepped, long requestId, Membership wanted, Effect.ChangeOutcome outcome) {
    EntryLog log = stepped.after().log();
    boolean isCommitted = log.membershipIndex() <= stepped.after().commitIndex();
    boolean isRefused = stepped.input().get() instanceof Input.ChangeMembership(var asked, var _, var _) && asked == requestId;
    boolean isTrue = switch (outcome) {
      case Effect.ChangeOutcome.Done _ -> log.membership().equals(wanted) && isCommitted;
      case Effect.ChangeOutcome.Rejected _ -> isRefused || !goalOf(stepped.before().log().membership()).equals(wanted);
      case Effect.ChangeOutcome.NotLeader _, Effect.ChangeOutcome.OutcomeUnknown _ -> true;
    };
    Law.require(isTrue, "Truthful outcomes: %s says %s of a change to %s, and has %s, %s", stepped.peer(), outcome, wanted,
        log.membership(), isCommitted ? "committed" : "not committed");
  }

  /** C_new, from the moment that C_old,new is in the log. */
  private static Membership goalOf(Membership membership) {
    return Membership.of(membership.voters(), membership.learners());
  }

  private static void checkTransfer(Stepped stepped, PeerId wanted) {
    Law.require(stepped.after().leaderId().equals(Optional.of(wanted)), "Truthful outcomes: %s says that %s leads, but knows of %s",
        stepped.peer(), wanted, stepped.after().leaderId());
  }
}
