package io.flotilla.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.raft.Progress.InFlight;
import io.flotilla.raft.Progress.Mode;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final Progress unknown = Progress.unknown(10, 1);

  @Test
  void aNewLeaderProbesAtItsOwnEnd() {
    assertThat(unknown).isEqualTo(new Progress(0, 10, new Mode.Probing(false), 0, 1, 1, 0, false));
  }

  @Test
  void aProbeIsOneAppendAtATime() {
    assertThat(unknown.sent(9, 2).mode()).isEqualTo(new Mode.Probing(true));
    assertThat(unknown.sent(9, 2).nextIndex()).isEqualTo(10);
  }

  @Test
  void anAcceptedProbeBeginsReplication() {
    assertThat(unknown.sent(12, 2).matched(12, 3)).isEqualTo(new Progress(12, 13, new Mode.Replicating(List.of()), 0, 1, 3, 0, false));
  }

  @Test
  void anAnswerToSomethingOlderDoesNotEndTheProbe() {
    assertThat(unknown.sent(12, 2).matched(5, 3).mode()).isEqualTo(new Mode.Probing(true));
  }

  @Test
  void appendsInFlightAreForgottenOnceAnswered() {
    Progress replicating = unknown.matched(9, 1).sent(11, 2).sent(13, 3).sent(15, 4);
    assertThat(replicating.mode()).isEqualTo(new Mode.Replicating(List.of(new InFlight(11, 2), new InFlight(13, 3), new InFlight(15, 4))));
    assertThat(replicating.nextIndex()).isEqualTo(16);
    assertThat(replicating.matched(13, 5).mode()).isEqualTo(new Mode.Replicating(List.of(new InFlight(15, 4))));
  }

  @Test
  void matchIndexNeverFalls() {
    assertThat(unknown.matched(12, 2).matched(4, 3).matchIndex()).isEqualTo(12);
  }

  @Test
  void aProbeNeverGoesBackBeforeWhatMatches() {
    assertThat(unknown.matched(12, 2).probing(3)).isEqualTo(new Progress(12, 13, new Mode.Probing(false), 0, 1, 2, 0, false));
  }

  @Test
  void onlyTheWholeSnapshotEndsItsTransfer() {
    Progress snapshotting = unknown.sentChunk(20, 0, 2);
    assertThat(snapshotting.matched(12, 3).mode()).isEqualTo(new Mode.Snapshotting(20, 0));
    assertThat(snapshotting.matched(20, 3).mode()).isEqualTo(new Mode.Replicating(List.of()));
    assertThatThrownBy(() -> snapshotting.sent(12, 3)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aConfirmationNeverFalls() {
    assertThat(unknown.heard(7, 2).heard(3, 3)).isEqualTo(new Progress(0, 10, new Mode.Probing(false), 7, 3, 1, 0, false));
  }

  @Test
  void itsAnswersTakeAsLongAsTheLatestSmoothed() {
    Progress replicating = unknown.matched(9, 1);
    Progress once = replicating.sent(10, 100).matched(10, 900);

    assertThat(replicating.answerNanos()).isZero();
    assertThat(once.answerNanos()).isEqualTo(800);
    assertThat(once.sent(11, 1000).matched(11, 2600).answerNanos()).isEqualTo(900);   // an eighth of the way to 1600
  }

  @Test
  void ofSeveralAppendsThatOneAnswerIsForTheLatestCounts() {
    Progress replicating = unknown.matched(9, 1).sent(10, 100).sent(11, 200).sent(12, 300);

    assertThat(replicating.matched(11, 500).answerNanos()).isEqualTo(300);
    assertThat(replicating.matched(9, 500).answerNanos()).isZero();
  }

  @Test
  void anAnswerIsExpectedNoSoonerThanWhatIsOwed() {
    Progress busy = unknown.matched(9, 1).sent(10, 100).matched(10, 900).sent(11, 1000).sent(12, 1500);

    assertThat(busy.expectedAnswerNanos(1300)).isEqualTo(800);
    assertThat(busy.expectedAnswerNanos(2000)).isEqualTo(1000);
    assertThat(busy.matched(12, 2000).expectedAnswerNanos(9000)).isEqualTo(busy.matched(12, 2000).answerNanos());
    assertThat(busy.probing(11).expectedAnswerNanos(2000)).isEqualTo(Long.MAX_VALUE);
  }
}
