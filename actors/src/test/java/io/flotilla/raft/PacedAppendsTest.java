package io.flotilla.raft;

import static io.flotilla.raft.CoreFixture.N2;
import static io.flotilla.raft.CoreFixture.N3;
import static io.flotilla.raft.CoreFixture.appends;
import static io.flotilla.raft.CoreFixture.leader;
import static io.flotilla.raft.CoreFixture.persisted;
import static io.flotilla.raft.CoreFixture.receive;
import static io.flotilla.raft.CoreFixture.step;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** When a leader sends what is proposed while it writes, and its followers are busy with what came before (thesis §10.2.2). */
class PacedAppendsTest {
  /** Its no-op, entry 1, is durable everywhere; nothing is under way. */
  private static RaftState idleLeader() {
    return accepted(accepted(leader(2, ""), N2, 1).next(), N3, 1).next();
  }

  private static Step propose(RaftState state) {
    return step(state, new Input.Propose(List.of(new Input.Proposal(0, new byte[1])), 0));
  }

  private static Step accepted(RaftState state, PeerId follower, long matchIndex) {
    return receive(state, new RaftMessage.AppendAccepted(2, follower, matchIndex, 0));
  }

  @Test
  void theFirstProposalGoesAtOnceToAll() {
    assertThat(appends(propose(idleLeader()))).containsExactly("n2: 2-2", "n3: 2-2");
  }

  @Test
  void whatComesWhileTheLeaderWritesGoesWhenThatIsDoneInOneAppend() {
    RaftState writing = propose(idleLeader()).next();
    Step second = propose(writing);
    Step third = propose(second.next());

    assertThat(appends(second)).isEmpty();
    assertThat(appends(third)).isEmpty();
    assertThat(appends(step(third.next(), new Input.PersistedUpTo(writing.writes().lastWriteNumber()))))
        .containsExactly("n2: 3-4", "n3: 3-4");
  }

  @Test
  void aFollowerThatAnswersAllFirstIsSentItThen() {
    RaftState writing = propose(propose(idleLeader()).next()).next();

    assertThat(appends(accepted(writing, N2, 2))).containsExactly("n2: 3-3");
  }

  @Test
  void anAnswerToAPartReleasesNothingBeforeTheWriteIsDone() {
    RaftState twoUnderWay = propose(persisted(propose(idleLeader()).next()).next()).next();
    RaftState writing = propose(twoUnderWay).next();
    Step answered = accepted(writing, N2, 2);

    assertThat(appends(answered)).isEmpty();
    assertThat(appends(persisted(answered.next()))).containsExactly("n2: 4-4", "n3: 4-4");
  }

  @Test
  void aFollowerThatHasAnsweredAllDoesNotWaitForTheLeadersWrite() {
    RaftState writing = accepted(propose(idleLeader()).next(), N2, 2).next();

    assertThat(appends(propose(writing))).containsExactly("n2: 3-3");
  }

  @Test
  void aFollowerThatIsSlowDoesNotKeepTheLeaderFromSendingMore() {
    RaftState written = persisted(propose(idleLeader()).next()).next();

    assertThat(appends(propose(written))).containsExactly("n2: 3-3", "n3: 3-3");
  }
}
