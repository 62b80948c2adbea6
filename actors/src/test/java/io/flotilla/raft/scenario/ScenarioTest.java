package io.flotilla.raft.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Plays all scenario files. {@code -Dscenario.record=true} writes down what they lead to now: the diff is then the review. */
class ScenarioTest {
  private static final Path FILES = Path.of("src/test/resources/io/flotilla/raft/scenario");

  static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(FILES)) {
      return files.map(Path::getFileName).sorted().toList();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  void leadsToWhatTheFileSays(Path file) throws IOException {
    String expected = Files.readString(FILES.resolve(file));
    String played = Scenario.play(expected);
    if (Boolean.getBoolean("scenario.record")) {
      Files.writeString(FILES.resolve(file), played);
    } else {
      assertThat(played).isEqualTo(expected);
    }
  }
}
