package io.flotilla.raft;

import static io.flotilla.raft.CoreFixture.N2;
import static io.flotilla.raft.CoreFixture.N3;
import static io.flotilla.raft.CoreFixture.leader;
import static io.flotilla.raft.CoreFixture.peers;
import static io.flotilla.raft.CoreFixture.persist;
import static io.flotilla.raft.CoreFixture.receive;
import static io.flotilla.raft.CoreFixture.step;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What those are told who ask for another membership, or for another leader, while a membership is on its way (§6). */
class MembershipOutcomesTest {
  /** Leads in term 2 and is about to leave: n2 and n3 are C_new, which is in its log at index 4 and nowhere else. */
  private final RaftState leaving = leaving();

  private static RaftState leaving() {
    RaftState ready = receive(leader(2, "1"), new RaftMessage.AppendAccepted(2, N2, 2, 0)).next();
    RaftState joint = persist(step(ready, new Input.ChangeMembership(1, peers("n2 n3"), new TreeSet<>())).next());
    RaftState entered = receive(receive(joint, new RaftMessage.AppendAccepted(2, N2, 3, 0)).next(),
        new RaftMessage.AppendAccepted(2, N3, 3, 0)).next();
    return persist(entered);
  }

  private static List<Effect> told(Step step) {
    return step.effects().stream().filter(Effect.MembershipChangeEnded.class::isInstance).toList();
  }

  private static Step commit(RaftState state) {
    RaftState half = receive(state, new RaftMessage.AppendAccepted(2, N2, 4, 0)).next();
    return receive(half, new RaftMessage.AppendAccepted(2, N3, 4, 0));
  }

  /** To put it aside would mean to tell the one who asked for it that nothing is done, when all but its commitment is. */
  @Test
  void aChangeThatIsInTheLogIsNotPutAside() {
    Step second = step(leaving, new Input.ChangeMembership(2, peers("n1 n2"), new TreeSet<>()));
    assertThat(told(second)).singleElement().extracting("requestId").isEqualTo(2L);
    assertThat(told(second)).singleElement().extracting("outcome").isInstanceOf(Effect.ChangeOutcome.Rejected.class);
    assertThat(told(commit(second.next()))).containsExactly(new Effect.MembershipChangeEnded(1, new Effect.ChangeOutcome.Done()));
  }

  /** As after an election: C_new is in the log, but nobody here asked for it. */
  private static RaftState elected(RaftState state) {
    return state.withRole(((Role.Leader) state.role()).withChange(Optional.empty()));
  }

  @Test
  void whoAskedALeaderThatLeavesForSomethingElseIsNotToldThatItIsDone() {
    RaftState asked = step(elected(leaving), new Input.ChangeMembership(2, peers("n1 n2"), new TreeSet<>())).next();
    assertThat(told(commit(asked))).containsExactly(
        new Effect.MembershipChangeEnded(2, new Effect.ChangeOutcome.NotLeader(Optional.empty())));
  }

  /** Its successor does not send to those who have left, and who has left does not campaign: it would wait for ever. */
  @Test
  void whoAskedALeaderThatLeavesToHandOverIsToldThatNobodyKnows() {
    RaftState handing = step(elected(leaving), new Input.TransferLeadership(3, N2)).next();
    Step timedOut = step(commit(handing).next(), new Input.TimerFired(Timer.ELECTION));
    assertThat(timedOut.effects()).contains(new Effect.TransferEnded(3, new Effect.ChangeOutcome.OutcomeUnknown()));
    assertThat(step(timedOut.next(), new Input.TimerFired(Timer.ELECTION)).effects())
        .noneMatch(Effect.TransferEnded.class::isInstance);
  }
}
