package io.flotilla.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What the operator reads is what holds: the file at the repository's root against the modules' own defaults. */
class ApplicationConfTest {
  @Test
  void everyKeyStandsThereWithItsDefaultAndNoOther() {
    Config shown = ConfigFactory.parseFile(Path.of("..", "application.conf").toFile()).resolve();
    assertThat(flattened(shown)).isEqualTo(flattened(ConfigFactory.defaultReference()));
  }

  private static Map<String, Object> flattened(Config config) {
    Map<String, Object> values = new TreeMap<>();
    config.getConfig("flotilla").entrySet().forEach(entry -> values.put(entry.getKey(), entry.getValue().unwrapped()));
    return values;
  }
}
