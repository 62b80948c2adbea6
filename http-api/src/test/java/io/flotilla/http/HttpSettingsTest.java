package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpSettingsTest {

  private static Config config(String text) {
    return ConfigFactory.parseString(text)
        .withFallback(ConfigFactory.parseString("flotilla.kv.max-value-size = 1 MiB"))
        .withFallback(ConfigFactory.parseResources("reference.conf"));
  }

  @Test
  void defaultsAreValid() {
    HttpSettings settings = HttpSettings.from(config(""));

    assertThat(settings.host()).isEqualTo("127.0.0.1");
    assertThat(settings.maxValueBytes()).isEqualTo(1 << 20);
    assertThat(settings.maxRequestBytesInFlight()).isGreaterThanOrEqualTo(settings.maxBatchBytes());
    assertThat(settings.bodyTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(settings.tls()).isEmpty();
  }

  @ParameterizedTest(name = "{0} = {1} is refused: {2}")
  @CsvSource(delimiter = '|', value = {
      "flotilla.http.port | 65536 | from 0 to 65535",
      "flotilla.http.port | -1 | from 0 to 65535",
      "flotilla.http.port | http | from 0 to 65535",
      "flotilla.http.host | '' | not empty",
      "flotilla.http.max-connections | 0 | from 1 to 1000000",
      "flotilla.http.max-request-bytes-in-flight | 1 MiB | 4194304 bytes or more",
      "flotilla.http.max-request-bytes-in-flight | plenty | 4194304 bytes or more",
      "flotilla.http.max-batch-size | 0 | from 1 to 1073741824",
      "flotilla.http.body-timeout | 0 s | from 1 to 3600000 ms",
      "flotilla.http.body-timeout | soon | from 1 to 3600000 ms",
      "flotilla.http.stop-timeout | 2 h | from 1 to 3600000 ms",
      "flotilla.kv.max-value-size | 2 GiB | from 1 to 1073741824"})
  void badValuesAreRefusedWithKeyValueAndRange(String key, String value, String range) {
    assertThatThrownBy(() -> HttpSettings.from(config("%s = \"%s\"".formatted(key, value))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(key + " = " + value, range);
  }
}
