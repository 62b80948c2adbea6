package io.flotilla.simulation.scenario;

import io.flotilla.simulation.Faults;
import io.flotilla.simulation.Simulation;
import io.flotilla.simulation.world.World;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Runs in which the seed decides everything: how many replicas there are, what they are asked, and all that goes wrong meanwhile, from
 * nothing at all to everything at once. The laws hold throughout; once nothing breaks any more, the group gets on within a bound.
 */
public final class Swarm {
  private static final Duration CHAOS = Duration.ofSeconds(6);
  private static final Duration RECOVERY = Duration.ofSeconds(20);
  private static final int LARGEST_GROUP = 7;

  private Swarm() {}

  public static List<Scenario> all() {
    return List.of(raft());
  }

  /** A Raft group with clients that propose and read. */
  public static Scenario raft() {
    return new Scenario("SWARM1", "Raft", Swarm::playRaft);
  }

  private static void playRaft(World world) {
    RandomGenerator random = world.newRandom();
    Simulation simulation = group(world, random).faults(Faults.swarm(random.nextLong()));
    simulation.run(CHAOS);
    simulation.heal();
    simulation.runUntil(Simulation::converged, RECOVERY);
  }

  private static Simulation group(World world, RandomGenerator random) {
    return Simulation.in(world).peers(1 + random.nextInt(LARGEST_GROUP)).spares(random.nextInt(3))
        .config("flotilla.raft.snapshot-after-entries = " + (1 + random.nextInt(60)))
        .config("flotilla.raft.retain-entries = " + random.nextInt(20));
  }
}
