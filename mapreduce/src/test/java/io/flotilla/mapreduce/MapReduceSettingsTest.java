package io.flotilla.mapreduce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.mapreduce.MapReduceSettings.OversizedRecords;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MapReduceSettingsTest {
  @Test
  void theDefaultsFitTogether() {
    MapReduceSettings settings = TestSettings.with();
    assertThat(settings.minSplitBytes()).isEqualTo(16 << 20);
    assertThat(settings.oversizedRecords()).isEqualTo(OversizedRecords.FAIL);
    assertThat(settings.shuffle().host()).isEqualTo("127.0.0.1");
  }

  @ParameterizedTest(name = "{0} is refused: {1}")
  @CsvSource(delimiter = '|', value = {
      "split-size.min = 65 MiB | split-size.min (68157440 bytes) must not be more than flotilla.mapreduce.split-size.max",
      "split-size.max = 0      | flotilla.mapreduce.split-size.max = 0, allowed is a size from 1 to 17179869184 bytes",
      "default-reducers = -1   | flotilla.mapreduce.default-reducers = -1, allowed is a whole number from 0 to 10000",
      "max-record-size = 40 MiB | max-record-size (41943040 bytes) must not be more than flotilla.mapreduce.sort-buffer",
      "oversized-records = drop | flotilla.mapreduce.oversized-records = drop, allowed is fail or skip",
      "merge-factor = 1        | flotilla.mapreduce.merge-factor = 1, allowed is a whole number from 2 to 1000",
      "sort-buffer = lots      | flotilla.mapreduce.sort-buffer = lots, allowed is a size from 2",
      "task-timeout = 0 s      | flotilla.mapreduce.task-timeout = 0 s, allowed is a time from 100 to 86400000 ms",
      "shuffle.attempts = 0    | flotilla.mapreduce.shuffle.attempts = 0, allowed is a whole number from 1 to 100",
      "shuffle.retry-backoff.min = 5 s | shuffle.retry-backoff.min (5000 ms) must not be more than"})
  void aValueThatCannotWorkIsRefused(String line, String message) {
    assertThatThrownBy(() -> TestSettings.with(line)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(message);
  }
}
