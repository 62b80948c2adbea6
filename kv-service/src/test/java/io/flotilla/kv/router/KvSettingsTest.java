package io.flotilla.kv.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KvSettingsTest {
  @Test
  void theDefaultsAreGood() {
    KvSettings settings = KvSettings.from(ConfigFactory.load());
    assertThat(settings.bounds().maxValueBytes()).isEqualTo(1024 * 1024);
    assertThat(settings.requestTimeout()).isEqualTo(Duration.ofSeconds(5));
  }

  @ParameterizedTest(name = "{0} = {1}: {2}")
  @CsvSource(delimiter = '|', value = {
    "max-value-size         | 0       | max-value-size = 0, allowed is a size from 1 to 67108864 bytes",
    "max-value-size         | much    | max-value-size = much, allowed is a size from 1 to 67108864 bytes",
    "shards                 | many    | shards = many, allowed is a whole number from 1 to 1",
    "request-timeout        | soon    | request-timeout = soon, allowed is a time from 100 to 60000 ms",
    "shards                 | 2       | shards = 2, allowed is a whole number from 1 to 1",
    "request-timeout        | 1 ms    | request-timeout = 1 ms, allowed is a time from 100 to 60000 ms",
    "session-timeout        | 1 s     | session-timeout = 1 s, allowed is a time from 60000 to 604800000 ms",
    "max-sessions           | 5       | max-sessions = 5, allowed is a whole number from 100 to 1000000",
    "max-pending-operations | -1      | max-pending-operations = -1, allowed is a whole number from 1 to 1000000",
    "attempt-timeout        | 10 s    | must not be longer than flotilla.kv.request-timeout (5000 ms)",
    "silence-timeout        | 2 s     | must not be longer than flotilla.kv.attempt-timeout (1000 ms)",
    "max-value-size         | 64 MiB  | must hold a value of flotilla.kv.max-value-size"
  })
  void aBadValueIsRefusedWithItsKeyAndWhatIsAllowed(String key, String value, String complaint) {
    assertThatThrownBy(() -> KvSettings.from(
        ConfigFactory.parseString("flotilla.kv.%s = %s".formatted(key, value)).withFallback(ConfigFactory.load())))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("flotilla.kv." + key).hasMessageContaining(complaint);
  }
}
