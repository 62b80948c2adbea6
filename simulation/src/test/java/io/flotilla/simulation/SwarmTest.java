package io.flotilla.simulation;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Groups of all sizes under all that can go wrong; then, once nothing does, they recover. {@code -Dsim.seed=N} runs one seed again. */
class SwarmTest {
  private static final Duration CHAOS = Duration.ofSeconds(6);
  private static final Duration RECOVERY = Duration.ofSeconds(20);

  static LongStream seeds() {
    Long replayed = Long.getLong("sim.seed");
    return replayed == null
        ? new SplittableRandom().longs(Long.getLong("sim.seeds", 20)).map(seed -> seed >>> 16)
        : LongStream.of(replayed);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void committedEntriesSurviveFaults(long seed) {
    RandomGenerator random = new SplittableRandom(~seed);
    Simulation simulation = Simulation.of(seed).peers(1 + random.nextInt(7)).spares(random.nextInt(3))
        .config("flotilla.raft.snapshot-after-entries = " + (1 + random.nextInt(60)))
        .config("flotilla.raft.retain-entries = " + random.nextInt(20))
        .faults(Faults.swarm(seed)).checking(Safety.ALL);
    try {
      simulation.run(CHAOS);
      simulation.heal();
      simulation.runUntil(Simulation::converged, RECOVERY);
    } catch (AssertionError | RuntimeException broken) {
      throw new AssertionError("replay with -Dsim.seed=%d: %s".formatted(seed, broken.getMessage()), broken);
    }
  }
}
