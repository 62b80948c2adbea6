package io.flotilla.kv.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.kv.Key;
import io.flotilla.kv.KvRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A budget of 1,024 KiB, in which the largest answer takes 256. */
class ReadWindowTest {
  private static final long KIB = 1024;

  private final ReadWindow window = new ReadWindow(1024 * KIB, 256 * KIB);

  @ParameterizedTest(name = "after {1} answers of {0} KiB: {2} at a time")
  @CsvSource({
      "0, 0, 4",        // nothing is known: all may be of the largest
      "256, 100, 4",
      "100, 100, 10",
      "0, 100, 128",    // the least that an answer counts is 8 KiB
      "0, 3, 4",        // three small ones prove little
      "512, 1, 2"})     // larger than thought possible: an item of a scan with a long key
  void theLatestAnswersTellHowManyFit(long kib, int answers, int expected) {
    IntStream.range(0, answers).forEach(_ -> window.onAnswer(kib * KIB));
    assertThat(IntStream.range(0, 1000).filter(_ -> window.enter(read())).count()).isEqualTo(expected);
  }

  @Test
  void aLargeAnswerAmongSmallOnesCountsForAWhile() {
    IntStream.range(0, 100).forEach(_ -> window.onAnswer(1));
    window.onAnswer(256 * KIB);
    IntStream.range(0, 5).forEach(_ -> window.onAnswer(1));
    assertThat(IntStream.range(0, 1000).filter(_ -> window.enter(read())).count()).isLessThan(8);
  }

  @Test
  void afterAPauseNothingIsKnown() {
    IntStream.range(0, 100).forEach(_ -> window.onAnswer(1));
    window.onPause();
    assertThat(IntStream.range(0, 1000).filter(_ -> window.enter(read())).count()).isEqualTo(4);
  }

  @Test
  void whoWaitsIsSentInTurnAsOthersLeave() {
    List<Operation> reads = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      reads.add(read());
      assertThat(window.enter(reads.get(i))).isEqualTo(i < 4);
    }
    assertThat(window.leave(reads.get(5))).as("it only waited").isEmpty();
    assertThat(window.leave(reads.get(0))).containsExactly(reads.get(4));
    assertThat(window.enter(read())).as("not before those that wait").isFalse();
    assertThat(window.leave(reads.get(1))).containsExactly(reads.get(6));
  }

  @Test
  void oneIsUnderWayHoweverLarge() {
    window.onAnswer(5000 * KIB);
    Operation first = read();
    Operation second = read();
    assertThat(window.enter(first)).isTrue();
    assertThat(window.enter(second)).isFalse();
    assertThat(window.leave(first)).containsExactly(second);
  }

  private Operation read() {
    return new Operation(Operation.kindOf(new KvRequest.Get(Key.of("a"), KvRequest.Consistency.LINEARIZABLE)), new byte[0],
        Optional.empty(), new GroupRoute(Optional.empty(), window, window, 1), 0,
        new CompletableFuture<>());
  }
}
