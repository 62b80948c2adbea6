package io.flotilla.raft;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Changes of membership (§6): newcomers learn until they have caught up; then C_old,new, in which both majorities decide; then C_new.
 * A new leader that finds C_old,new in its log goes on from there by itself.
 */
final class MembershipChanges {
  private MembershipChanges() {}

  static Step onChangeMembership(RaftState state, Input.ChangeMembership change, long nowNanos) {
    if (!(state.role() instanceof Role.Leader leader)) {
      return Step.to(state, ended(change.requestId(), new Effect.ChangeOutcome.NotLeader(state.leaderId())));
    }
    Optional<String> objection = objection(state, leader, change);
    if (objection.isPresent()) {
      return Step.to(state, ended(change.requestId(), new Effect.ChangeOutcome.Rejected(objection.get())));
    }
    Role.MembershipChange begun = new Role.MembershipChange(change.requestId(), change.voters(), change.learners());
    return superseded(state, leader).then(next -> Step.to(next.withRole(leader.withChange(Optional.of(begun)))))
        .then(next -> advance(next, nowNanos));
  }

  private static Optional<String> objection(RaftState state, Role.Leader leader, Input.ChangeMembership change) {
    if (change.voters().isEmpty()) {
      return Optional.of("a group needs at least one voter");
    }
    if (!Collections.disjoint(change.voters(), change.learners())) {
      return Optional.of("a peer is a voter or a learner, not both: voters %s, learners %s"
          .formatted(change.voters(), change.learners()));
    }
    if (state.membership().isJoint()) {
      return Optional.of("another change is under way, from %s to %s".formatted(state.membership().outgoing(),
          state.membership().voters()));
    }
    if (leader.change().filter(earlier -> target(earlier).equals(state.membership())).isPresent()) {
      return Optional.of("another change is under way, to %s, and only has to be committed".formatted(state.membership().voters()));
    }
    return leader.transfer().isPresent() ? Optional.of("leadership is being transferred") : Optional.empty();
  }

  /** Whoever waited for newcomers to catch up waits in vain now. */
  private static Step superseded(RaftState state, Role.Leader leader) {
    return leader.change().map(earlier -> Step.to(state, ended(earlier.requestId(),
        new Effect.ChangeOutcome.Rejected("another change took its place before its newcomers had caught up"))))
        .orElse(Step.to(state));
  }

  /** Takes the next step of the change under way, if the last one is committed (§6: never two at once). */
  static Step advance(RaftState state, long nowNanos) {
    if (!(state.role() instanceof Role.Leader leader) || state.log().membershipIndex() > state.commitIndex()
        || state.commitIndex() < leader.termStartIndex()) {
      return Step.to(state);
    }
    Membership current = state.membership();
    if (current.isJoint()) {
      return enter(state, Membership.of(current.voters(), current.learners()), nowNanos);
    }
    if (!current.isVoter(state.self())) {
      return leaveGroup(state, leader);
    }
    return leader.change().map(change -> towards(state, leader, change, nowNanos)).orElse(Step.to(state));
  }

  private static Step towards(RaftState state, Role.Leader leader, Role.MembershipChange change, long nowNanos) {
    Membership current = state.membership();
    Membership target = target(change);
    if (current.equals(target)) {
      return Step.to(state.withRole(leader.withChange(Optional.empty())),
          ended(change.requestId(), new Effect.ChangeOutcome.Done()));
    }
    SortedSet<PeerId> newcomers = new TreeSet<>(target.members());
    newcomers.removeAll(current.members());
    if (!newcomers.isEmpty()) {
      SortedSet<PeerId> learners = new TreeSet<>(current.learners());
      learners.addAll(newcomers);
      return enter(state, Membership.of(current.voters(), learners), nowNanos);
    }
    if (!haveCaughtUp(state, leader, change.voters())) {
      return Step.to(state);
    }
    boolean sameVoters = current.voters().equals(target.voters());
    return enter(state, sameVoters ? target : new Membership(target.voters(), current.voters(), target.learners()), nowNanos);
  }

  /** Near enough that the rest is one message (thesis §4.2.1): then their votes do not hold up commitment. */
  private static boolean haveCaughtUp(RaftState state, Role.Leader leader, SortedSet<PeerId> voters) {
    long near = state.commitIndex() - state.settings().maxAppendEntries();
    return voters.stream().filter(peer -> !state.membership().isVoter(peer)).allMatch(peer -> {
      Progress progress = leader.followers().get(peer);
      return progress.mode() instanceof Progress.Mode.Replicating && progress.matchIndex() >= near;
    });
  }

  /** A membership is in force from the moment it is in the log (§6). */
  private static Step enter(RaftState state, Membership membership, long nowNanos) {
    LogEntry.Reconfiguration entry =
        new LogEntry.Reconfiguration(state.log().lastIndex() + 1, state.currentTerm(), membership);
    return Replication.append(Replication.withFollowersOf(state, membership, nowNanos), List.of(entry), nowNanos);
  }

  /**
   * A leader that is not in C_new has led until C_new was committed; now it steps down (§6), having told who waits. Who asked a leader
   * that found C_new in its log may have wanted something else: that is for the next one.
   */
  private static Step leaveGroup(RaftState state, Role.Leader leader) {
    Step told = leader.change().map(change -> Step.to(state.withRole(leader.withChange(Optional.empty())),
        ended(change.requestId(), target(change).equals(state.membership())
            ? new Effect.ChangeOutcome.Done() : new Effect.ChangeOutcome.NotLeader(Optional.empty())))).orElse(Step.to(state));
    return told.then(Replication::sendHeartbeats)
        .then(next -> Elections.becomeFollower(next, next.currentTerm(), Optional.empty()));
  }

  private static Membership target(Role.MembershipChange change) {
    return Membership.of(change.voters(), change.learners());
  }

  private static Effect ended(long requestId, Effect.ChangeOutcome outcome) {
    return new Effect.MembershipChangeEnded(requestId, outcome);
  }
}
