package io.flotilla.simulation.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RaftScenariosTest {
  private static final int SEEDS = Integer.getInteger("sim.seeds", 5);

  static Stream<Arguments> runs() {
    return RaftScenarios.all().stream()
        .flatMap(scenario -> LongStream.rangeClosed(1, SEEDS).mapToObj(seed -> Arguments.of(scenario, seed)));
  }

  @ParameterizedTest(name = "{0}, seed {1}")
  @MethodSource("runs")
  void holds(Scenario scenario, long seed) {
    ScenarioRun run = ScenarioRun.play(scenario, seed);
    assertThat(run.failure()).as(run.toString()).isEmpty();
  }
}
