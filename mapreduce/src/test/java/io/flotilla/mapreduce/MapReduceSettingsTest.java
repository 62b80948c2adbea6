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
      "split-size.max = 0      | flotilla.mapreduce.split-size.max is from 1 to 17179869184 bytes, not 0",
      "default-reducers = -1   | flotilla.mapreduce.default-reducers is from 0 to 10000, not -1",
      "max-record-size = 40 MiB | max-record-size (41943040 bytes) must not be more than flotilla.mapreduce.sort-buffer",
      "oversized-records = drop | flotilla.mapreduce.oversized-records is fail or skip, not drop",
      "merge-factor = 1        | flotilla.mapreduce.merge-factor is from 2 to 1000, not 1",
      "sort-buffer = lots      | flotilla.mapreduce.sort-buffer cannot be read",
      "task-timeout = 0 s      | flotilla.mapreduce.task-timeout is from 100 to 86400000 ms, not 0",
      "shuffle.attempts = 0    | flotilla.mapreduce.shuffle.attempts is from 1 to 100, not 0",
      "shuffle.retry-backoff.min = 5 s | shuffle.retry-backoff.min (5000 ms) must not be more than"})
  void aValueThatCannotWorkIsRefused(String line, String message) {
    assertThatThrownBy(() -> TestSettings.with(line)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(message);
  }
}
