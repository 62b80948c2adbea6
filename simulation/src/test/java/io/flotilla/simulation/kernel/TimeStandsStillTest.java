package io.flotilla.simulation.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.simulation.scenario.Scenario;
import io.flotilla.simulation.scenario.ScenarioRun;
import io.flotilla.simulation.world.World;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TimeStandsStillTest {
  @Test
  @Timeout(value = 1, unit = TimeUnit.MINUTES)   // what it shows is that it ends
  void aRunWhoseTimeStandsStillFailsAndTheNextOneIsAsEver() {
    Scenario endless = new Scenario("T1", "Endless", world -> {
      atOnceAndForEver(world);
      world.advance(Duration.ofSeconds(1));
    });
    ScenarioRun run = ScenarioRun.play(endless, 1);
    assertThat(run.failure()).hasValueSatisfying(failure -> {
      assertThat(failure.law()).isEqualTo("TimeStandsStill");
      assertThat(failure.cause()).hasMessageContaining("time still does not pass");
    });
    assertThat(ScenarioRun.play(new Scenario("T2", "Next", world -> world.advance(Duration.ofSeconds(1))), 1).failure()).isEmpty();
  }

  private static void atOnceAndForEver(World world) {
    world.after(Duration.ZERO, () -> atOnceAndForEver(world));
  }
}
