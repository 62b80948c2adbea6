package io.flotilla.raft;

import static io.flotilla.raft.CoreFixture.N2;
import static io.flotilla.raft.CoreFixture.N3;
import static io.flotilla.raft.CoreFixture.NOW;
import static io.flotilla.raft.CoreFixture.leader;
import static io.flotilla.raft.CoreFixture.peers;
import static io.flotilla.raft.CoreFixture.persist;
import static io.flotilla.raft.CoreFixture.receive;
import static io.flotilla.raft.CoreFixture.step;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reads without a log entry: §8, thesis §6.4. */
class ReadRulesTest {
  private final RaftState ready = receive(leader(2, "1"), new RaftMessage.AppendAccepted(2, N2, 2, 0)).next();

  @Test
  void beforeItsNoOpIsCommittedALeaderAnswersNoRead() {
    Step asked = step(leader(2, "1"), new Input.Read(7, Input.ReadMode.READ_INDEX));
    assertThat(asked.effects()).isEmpty();
    RaftState committed = receive(asked.next(), new RaftMessage.AppendAccepted(2, N2, 2, 0)).next();
    assertThat(receive(committed, new RaftMessage.AppendAccepted(2, N3, 0, 1)).effects())
        .contains(new Effect.ReadReady(List.of(7L), 2));
  }

  @ParameterizedTest(name = "an answer to round {0} confirms the read in round 1: {1}")
  @CsvSource({"0, false", "1, true", "2, true"})
  void onlyAnswersToARoundBegunAfterTheReadConfirmIt(long round, boolean confirmed) {
    RaftState asked = step(ready, new Input.Read(7, Input.ReadMode.READ_INDEX)).next();
    List<Effect> effects = receive(asked, new RaftMessage.AppendAccepted(2, N3, 0, round)).effects();
    assertThat(effects.contains(new Effect.ReadReady(List.of(7L), 2))).isEqualTo(confirmed);
  }

  @Test
  void aRefusalOfTheEntriesConfirmsTheLeadershipAllTheSame() {
    RaftState asked = step(ready, new Input.Read(7, Input.ReadMode.READ_INDEX)).next();
    assertThat(receive(asked, new RaftMessage.AppendRefused(2, N3, 1, 0, 1, 1)).effects())
        .contains(new Effect.ReadReady(List.of(7L), 2));
  }

  /** Who asked in an earlier term may lead this one when the refusal arrives, and has a round of that number under way again. */
  @Test
  void aRefusalOfAnEarlierTermsAppendConfirmsNoRound() {
    RaftMessage late = new RaftMessage.AppendEntries(2, N2, 1, 1, List.of(), 1, 9);
    assertThat(CoreFixture.sent(receive(CoreFixture.follower(3, null, "1"), late)))
        .containsExactly(new RaftMessage.AppendRefused(3, CoreFixture.SELF, 1, 0, 1, RaftMessage.NO_ROUND));
  }

  @Test
  void readsThatArriveDuringARoundShareTheNext() {
    RaftState asked = step(ready, new Input.Read(7, Input.ReadMode.READ_INDEX)).next();
    asked = step(asked, new Input.Read(8, Input.ReadMode.READ_INDEX)).next();
    asked = step(asked, new Input.Read(9, Input.ReadMode.READ_INDEX)).next();
    Step first = receive(asked, new RaftMessage.AppendAccepted(2, N3, 0, 1));
    assertThat(first.effects()).contains(new Effect.ReadReady(List.of(7L), 2));
    assertThat(receive(first.next(), new RaftMessage.AppendAccepted(2, N3, 0, 2)).effects())
        .contains(new Effect.ReadReady(List.of(8L, 9L), 2));
  }

  @ParameterizedTest(name = "{0} ms after the confirmed round began: answered at once {1}")
  @CsvSource({"0, true", "99, true", "100, false"})
  void aLeaseCountsFromTheStartOfTheConfirmedRound(long millis, boolean atOnce) {
    RaftState asked = step(ready, new Input.Read(7, Input.ReadMode.READ_INDEX)).next();
    RaftState confirmed = RaftCore.step(asked, new Input.Received(new RaftMessage.AppendAccepted(2, N3, 0, 1)),
        NOW + 50_000_000).next();
    Step read = RaftCore.step(confirmed, new Input.Read(8, Input.ReadMode.LEASE), NOW + millis * 1_000_000);
    assertThat(read.effects().contains(new Effect.ReadReady(List.of(8L), 2))).isEqualTo(atOnce);
  }

  @Test
  void aFollowerRefuses() {
    assertThat(step(CoreFixture.follower(1, null, ""), new Input.Read(7, Input.ReadMode.LEASE)).effects())
        .hasOnlyElementsOfType(Effect.ReadRefused.class);
  }

  @Test
  void aRoundIsConfirmedThoughNobodyIsLeftToAnswerIt() {
    RaftState joint = persist(step(ready, new Input.ChangeMembership(1, peers("n1"), new TreeSet<>())).next());
    RaftState asked = step(joint, new Input.Read(7, Input.ReadMode.READ_INDEX)).next();
    RaftState alone = persist(receive(asked, new RaftMessage.AppendAccepted(2, N2, 3, 0)).next());
    assertThat(alone.membership()).isEqualTo(Membership.ofVoters(peers("n1")));
    assertThat(step(alone, new Input.TimerFired(Timer.HEARTBEAT)).effects()).contains(new Effect.ReadReady(List.of(7L), 4));
  }
}
