package io.flotilla.mapreduce.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.mapreduce.Counters;
import io.flotilla.mapreduce.client.JobStatus.State;
import io.flotilla.mapreduce.coordinator.World.Faults;
import io.flotilla.mapreduce.registry.JobRecord;
import io.flotilla.mapreduce.registry.Stage;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole clusters in virtual time, from a seed: what holds for every job, whatever goes wrong. */
class SchedulerChaosTest {
  private static final int MAPS = 9;
  private static final int REDUCERS = 4;
  private static final Faults SWARM = new Faults(0.15, 0.15, 0.05, 0.05, true, true, true, true);

  static LongStream seeds() {
    return LongStream.rangeClosed(1, Long.getLong("sim.seeds", 150)).map(seed -> Long.getLong("sim.seed", seed));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void jobsSurviveEverything(long seed) {
    World world = new World(seed, 4, 2, MAPS, REDUCERS, SWARM);
    submit(world, "a");
    submit(world, "b");
    world.run(40_000, () -> false);
    world.heal();

    assertThat(world.run(300_000, () -> world.isEnded(2))).as("the jobs end: %s", world.log).isTrue();
    assertThat(world.violations).isEmpty();
    world.log.jobs().values().forEach(job -> assertRight(world, job));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void withoutFailuresNothingRunsTwiceThoughCoordinatorsAreLost(long seed) {
    World world = new World(seed, 3, 2, MAPS, REDUCERS, new Faults(0, 0.1, 0, 0, false, true, false, false));
    submit(world, "a");

    assertThat(world.run(300_000, () -> world.isEnded(1))).as("the job ends: %s", world.log).isTrue();
    assertThat(world.violations).isEmpty();
    assertThat(world.runsByTask()).hasSize(MAPS + REDUCERS).allSatisfy((task, count) ->
        assertThat(count).as("%s in %s", task, world.starts).isEqualTo(1));
    world.log.jobs().values().forEach(job -> assertRight(world, job));
  }

  @Test
  void theCoordinatorMayBeLostAtEachStep() {
    int steps = stepsOfAQuietRun();
    for (int step = 1; step <= steps; step++) {
      int lostAt = step;
      World world = new World(7, 3, 2, MAPS, REDUCERS, Faults.NONE);
      world.losesCoordinatorAt = count -> count == lostAt;
      submit(world, "a");

      assertThat(world.run(120_000, () -> world.isEnded(1))).as("lost at step %d, the job ends: %s", step, world.log).isTrue();
      assertThat(world.violations).as("lost at step %d", step).isEmpty();
      assertThat(world.runsByTask()).as("lost at step %d", step).hasSize(MAPS + REDUCERS).allSatisfy((task, count) ->
          assertThat(count).as("%s", task).isEqualTo(1));
      world.log.jobs().values().forEach(job -> assertRight(world, job));
    }
  }

  private static int stepsOfAQuietRun() {
    World world = new World(7, 3, 2, MAPS, REDUCERS, Faults.NONE);
    submit(world, "a");
    assertThat(world.run(120_000, () -> world.isEnded(1))).isTrue();
    return world.effectsCarriedOut;
  }

  /** Again and again, as clients do, until it is on record. */
  private static void submit(World world, String requestId) {
    world.submit(requestId);
    world.after(700, () -> {
      if (world.log.findRequest(requestId).isEmpty()) {
        submit(world, requestId);
      }
    });
  }

  private static void assertRight(World world, JobRecord job) {
    Set<Integer> all = IntStream.range(0, MAPS).boxed().collect(Collectors.toSet());
    Stage.Ended ended = (Stage.Ended) job.stage();
    assertThat(ended.verdict().state()).as("%s", ended).isEqualTo(State.SUCCEEDED);
    assertThat(world.outputCommitted).contains(job.id());
    assertThat(world.outputAborted).doesNotContain(job.id());
    assertThat(world.output.get(job.id())).hasSize(REDUCERS).allSatisfy((part, maps) -> assertThat(maps).as("part %d", part).isEqualTo(all));
    assertThat(ended.map().counters().get(Counters.MAP_INPUT_RECORDS)).isLessThanOrEqualTo(MAPS);
    assertThat(ended.reduce().counters().get(Counters.REDUCE_INPUT_RECORDS)).isEqualTo((long) MAPS * REDUCERS);
  }
}
