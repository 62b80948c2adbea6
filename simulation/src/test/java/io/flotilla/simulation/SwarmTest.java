package io.flotilla.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.simulation.scenario.Scenario;
import io.flotilla.simulation.scenario.ScenarioRun;
import io.flotilla.simulation.scenario.Swarm;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Seeds that nobody has run. {@code -Dsim.seed=N} runs one again. */
class SwarmTest {
  static Stream<Arguments> runs() {
    return Swarm.all().stream().flatMap(scenario -> seeds().mapToObj(seed -> Arguments.of(scenario, seed)));
  }

  private static LongStream seeds() {
    Long replayed = Long.getLong("sim.seed");
    return replayed == null
        ? new SplittableRandom().longs(Long.getLong("sim.seeds", 15)).map(seed -> seed >>> 16)
        : LongStream.of(replayed);
  }

  @ParameterizedTest(name = "{0}, seed {1}")
  @MethodSource("runs")
  void holds(Scenario scenario, long seed) {
    ScenarioRun run = ScenarioRun.play(scenario, seed);
    assertThat(run.failure()).as(run.toString()).isEmpty();
  }
}
