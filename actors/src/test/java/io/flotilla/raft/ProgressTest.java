package io.flotilla.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.raft.Progress.Mode;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final Progress unknown = Progress.unknown(10, 1);

  @Test
  void aNewLeaderProbesAtItsOwnEnd() {
    assertThat(unknown).isEqualTo(new Progress(0, 10, new Mode.Probing(false), 0, 1, 1));
  }

  @Test
  void aProbeIsOneAppendAtATime() {
    assertThat(unknown.sent(9, 2).mode()).isEqualTo(new Mode.Probing(true));
    assertThat(unknown.sent(9, 2).nextIndex()).isEqualTo(10);
  }

  @Test
  void anAcceptedProbeBeginsReplication() {
    assertThat(unknown.sent(12, 2).matched(12, 3)).isEqualTo(new Progress(12, 13, new Mode.Replicating(List.of()), 0, 1, 3));
  }

  @Test
  void anAnswerToSomethingOlderDoesNotEndTheProbe() {
    assertThat(unknown.sent(12, 2).matched(5, 3).mode()).isEqualTo(new Mode.Probing(true));
  }

  @Test
  void appendsInFlightAreForgottenOnceAnswered() {
    Progress replicating = unknown.matched(9, 1).sent(11, 2).sent(13, 2).sent(15, 2);
    assertThat(replicating.mode()).isEqualTo(new Mode.Replicating(List.of(11L, 13L, 15L)));
    assertThat(replicating.nextIndex()).isEqualTo(16);
    assertThat(replicating.matched(13, 3).mode()).isEqualTo(new Mode.Replicating(List.of(15L)));
  }

  @Test
  void matchIndexNeverFalls() {
    assertThat(unknown.matched(12, 2).matched(4, 3).matchIndex()).isEqualTo(12);
  }

  @Test
  void aProbeNeverGoesBackBeforeWhatMatches() {
    assertThat(unknown.matched(12, 2).probing(3)).isEqualTo(new Progress(12, 13, new Mode.Probing(false), 0, 1, 2));
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
    assertThat(unknown.heard(7, 2).heard(3, 3)).isEqualTo(new Progress(0, 10, new Mode.Probing(false), 7, 3, 1));
  }
}
