package io.flotilla.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaceTest {
  @Test
  void anOpenLoopKeepsIntendedStartsThroughAStall() {
    Pace pace = new Pace.OpenLoop(1_000, 0);
    assertThat(pace.take(0)).isZero();
    assertThat(pace.isDue(999_999)).isFalse();
    assertThat(pace.nanosUntilDue(400_000)).isEqualTo(600_000);
    // Nothing could be sent for five milliseconds: what was due meanwhile counts from when it was due.
    assertThat(pace.take(5_000_000)).isEqualTo(1_000_000);
    assertThat(pace.take(5_000_000)).isEqualTo(2_000_000);
  }

  @Test
  void aClosedLoopCountsFromWhenThereIsRoom() {
    Pace pace = new Pace.ClosedLoop();
    assertThat(pace.isDue(7)).isTrue();
    assertThat(pace.take(7)).isEqualTo(7);
  }

  @Test
  void aNumberOfTimesEnds() {
    Pace pace = new Pace.Times(1);
    pace.take(0);
    assertThat(pace.isDue(1)).isFalse();
    assertThat(pace.nanosUntilDue(1)).isEqualTo(Long.MAX_VALUE);
  }
}
