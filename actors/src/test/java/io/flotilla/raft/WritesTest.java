package io.flotilla.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WritesTest {
  private final Effect.Send promise =
      new Effect.Send(CoreFixture.N2, new RaftMessage.VoteGranted(1, CoreFixture.SELF));
  private final Writes three = Writes.none(10).asked(11).asked(12).asked(15);

  @ParameterizedTest(name = "durable up to write {0}: up to index {1}")
  @CsvSource({"0, 10", "1, 11", "2, 12", "3, 15"})
  void whatIsReportedIsDurableAndAllBeforeIt(long writeNumber, long durableIndex) {
    assertThat(three.persistedUpTo(writeNumber).durableIndex()).isEqualTo(durableIndex);
    assertThat(three.persistedUpTo(writeNumber).pending()).hasSize((int) (3 - writeNumber));
  }

  @Test
  void whatWasCutOffIsNotDurableWhenItsWriteIs() {
    Writes cut = three.truncatedFrom(12).asked(13);
    assertThat(cut.persistedUpTo(3).durableIndex()).isEqualTo(11);
    assertThat(cut.persistedUpTo(4).durableIndex()).isEqualTo(13);
    assertThat(three.truncatedFrom(5).durableIndex()).isEqualTo(4);
  }

  @Test
  void aPromiseWaitsForAllThatWasAskedForBefore() {
    Writes promised = three.promising(promise);
    assertThat(promised.promisesUpTo(2)).isEmpty();
    assertThat(promised.promisesUpTo(3)).containsExactly(promise);
    assertThat(promised.withoutPromises().promisesUpTo(3)).isEmpty();
    assertThatThrownBy(() -> Writes.none(1).promising(promise)).isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest(name = "snapshot up to {0}, log up to {1}: durable up to {2}")
  @CsvSource({"5, 15, 10", "12, 15, 12", "20, 20, 20", "8, 8, 8"})
  void aSnapshotIsDurable(long lastIncludedIndex, long lastIndex, long durableIndex) {
    assertThat(three.withSnapshot(lastIncludedIndex, lastIndex).durableIndex()).isEqualTo(durableIndex);
  }
}
