package io.flotilla.simulation.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each scenario with a few seeds, the same ones each time: a build has no surprises. {@code -Dsim.seed=N} plays others, {@code N} and
 * as many after it as {@code -Dsim.seeds} says; {@code ./flotilla simulate} plays any range of one.
 */
class ScenariosTest {
  private static final long FIRST_SEED = Long.getLong("sim.seed", 1);
  private static final int SEEDS = Integer.getInteger("sim.seeds", 1);

  static Stream<Arguments> runs() {
    return Scenarios.all().stream()
        .flatMap(scenario -> LongStream.range(FIRST_SEED, FIRST_SEED + SEEDS).mapToObj(seed -> Arguments.of(scenario, seed)));
  }

  @ParameterizedTest(name = "{0}, seed {1}")
  @MethodSource("runs")
  void holds(Scenario scenario, long seed) {
    ScenarioRun run = ScenarioRun.play(scenario, seed);
    assertThat(run.failure()).as(run.toString()).isEmpty();
  }

  @Test
  void eachHasItsOwnName() {
    assertThat(Scenarios.all()).extracting(Scenario::id).doesNotHaveDuplicates();
    assertThat(Scenarios.all())
        .allSatisfy(scenario -> assertThat(Scenarios.find(scenario.title().toUpperCase(Locale.ROOT))).contains(scenario));
  }
}
