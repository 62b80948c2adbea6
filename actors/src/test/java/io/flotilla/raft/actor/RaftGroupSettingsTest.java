package io.flotilla.raft.actor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RaftGroupSettingsTest {
  @Test
  void theDefaultsWork() {
    RaftGroupSettings settings = RaftGroupSettings.from(ConfigFactory.load());

    assertThat(settings.raft().heartbeatInterval()).isEqualTo(Duration.ofMillis(50));
    assertThat(settings.raft().leaseDuration()).isLessThan(settings.raft().electionTimeoutMin());
    assertThat(settings.maxStateBytes()).isBetween(1L, Runtime.getRuntime().maxMemory());
  }

  @ParameterizedTest(name = "{0} = {1}: {2}")
  @CsvSource(delimiter = '|', textBlock = """
      heartbeat-interval     | 0 ms     | a positive time
      heartbeat-interval     | soon     | a positive time
      heartbeat-interval     | -5 ms    | heartbeat-interval = -5 ms, allowed is a positive time
      heartbeat-interval     | 10 s     | election-timeout-min
      thrifty-delay          | 0 ms     | a positive time
      thrifty-entries        | 0        | a whole number from 1
      election-timeout-max   | 100 ms   | must be greater than election-timeout-min
      lease-clock-drift      | 1        | a number from 0.0 to 0.9
      snapshot-after-entries | -1       | a whole number from 0
      snapshot-after-entries | 1.5.2    | a whole number from 0
      snapshot-chunk-size    | 1 GiB    | a size from 1
      max-command-size       | 0        | a size from 1
      max-waiting-reads      | many     | a whole number from 1
      """)
  void aValueThatCannotWorkIsNamedWithWhatIsAllowed(String key, String value, String allowed) {
    Config config = ConfigFactory.parseString("flotilla.raft.%s = \"%s\"".formatted(key, value))
        .withFallback(ConfigFactory.load());

    assertThatThrownBy(() -> RaftGroupSettings.from(config))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("flotilla.raft")
        .hasMessageContaining(key)
        .hasMessageContaining(allowed);
  }
}
