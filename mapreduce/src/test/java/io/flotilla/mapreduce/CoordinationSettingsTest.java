package io.flotilla.mapreduce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CoordinationSettingsTest {
  @ParameterizedTest(name = "{1} nodes on a machine with {0} processors: {2} slots each")
  @CsvSource({"2, 3, 1", "2, 1, 2", "8, 3, 3", "1, 5, 1"})
  void aMachinesProcessorsAreDividedAmongItsNodes(int processors, int nodes, int slots) {
    assertThat(settings("").slots(processors, nodes, Long.MAX_VALUE, 1)).isEqualTo(slots);
  }

  @ParameterizedTest(name = "tasks of {1} MiB in a heap of {0} MiB: {2} at once")
  @CsvSource({"512, 96, 2", "1024, 96, 5", "64, 96, 1"})
  void allThatRunAtOnceFitHalfOfTheHeap(long heapMiB, long taskMiB, int slots) {
    assertThat(settings("").slots(64, 3, heapMiB << 20, taskMiB << 20)).isEqualTo(slots);
  }

  @Test
  void slotsThatAreConfiguredHold() {
    assertThat(settings("slots = 5").slots(2, 3, 1, 1)).isEqualTo(5);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "slots = many                                            | slots",
      "max-attempts = 0                                        | max-attempts = 0, allowed is a whole number from 1 to 1000",
      "bad-record-attempts = 9                                 | bad-record-attempts = 9, allowed is a whole number from 0 to 4",
      "heartbeat-interval = 2 s                                | worker-timeout (5000 ms) must be at least 3 times",
      "backup.factor = 0.5                                     | backup.factor = 0.5, allowed is a number from 1.0"})
  void whatCannotWorkIsRefusedByName(String line, String complaint) {
    assertThatThrownBy(() -> settings(line)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(complaint);
  }

  private static CoordinationSettings settings(String line) {
    return CoordinationSettings.from(ConfigFactory.parseString("flotilla.mapreduce { " + line + " }")
        .withFallback(ConfigFactory.load()));
  }
}
