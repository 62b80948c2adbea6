package io.flotilla.simulation.scenario;

import static io.flotilla.simulation.LawBroken.require;

import io.flotilla.mapreduce.client.JobStatus;
import io.flotilla.raft.PeerId;
import io.flotilla.simulation.Simulation;
import io.flotilla.simulation.mapreduce.MapReduceSimulation;
import io.flotilla.simulation.world.LinkConditions;
import io.flotilla.simulation.world.Node;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** MR: jobs whose coordinators, workers and messages get lost. The course's own scenarios of MapReduce need real files: they are elsewhere. */
final class MapReduceScenarios {
  private static final int MAPS = 8;
  private static final int REDUCERS = 4;
  private static final Duration TASK = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private MapReduceScenarios() {}

  static List<Scenario> all() {
    return List.of(
        of("MR-QUIET", "QuietJob", LinkConditions.RELIABLE, MapReduceScenarios::quiet),
        of("MR-COORDINATOR", "CoordinatorLostAtAnyStep", LinkConditions.RELIABLE, MapReduceScenarios::coordinatorLost),
        of("MR-MOVES", "CoordinatorMovesAgainAndAgain", LinkConditions.RELIABLE, MapReduceScenarios::coordinatorMoves),
        of("MR-WORKER", "WorkerLost", LinkConditions.RELIABLE, MapReduceScenarios::workerLost),
        of("MR-COPIES", "SlowWorkersAndTwoCopies", LinkConditions.RELIABLE, MapReduceScenarios::slow),
        of("MR-NETWORK", "MessagesLostAndRepeated", LinkConditions.UNRELIABLE, MapReduceScenarios::unreliable),
        of("MR-CHAOS", "EverythingAtOnce", LinkConditions.UNRELIABLE, MapReduceScenarios::chaos));
  }

  private static Scenario of(String id, String title, LinkConditions network, Consumer<MapReduceSimulation> story) {
    return new Scenario(id, title, world -> {
      Simulation group = Simulation.in(world).peers(3).network(network);
      MapReduceSimulation jobs = MapReduceSimulation.start(group, MAPS, REDUCERS).tasks(TASK, 0, 0);
      jobs.watch();
      story.accept(jobs);
    });
  }

  private static void quiet(MapReduceSimulation jobs) {
    jobs.submit("a");
    awaitSuccess(jobs, 1);
    requireEachTaskOnce(jobs);
  }

  /** Its node is killed once it has sent some messages more, be it in the middle of a step, and comes back later. */
  private static void coordinatorLost(MapReduceSimulation jobs) {
    RandomGenerator random = jobs.group().world().random();
    jobs.submit("a");
    jobs.group().advance(Duration.ofMillis(random.nextLong(8_000)));
    jobs.coordinator().ifPresent(name -> {
      Node node = jobs.group().node(PeerId.of(name));
      node.crashAfterSending(1 + random.nextInt(40));
      jobs.group().until(() -> !node.isUp(), Duration.ofSeconds(2));
      jobs.group().advance(Duration.ofMillis(random.nextLong(10_000)));
    });
    jobs.group().heal();
    awaitSuccess(jobs, 1);
  }

  /** Nobody dies, so nothing may run twice. */
  private static void coordinatorMoves(MapReduceSimulation jobs) {
    RandomGenerator random = jobs.group().world().random();
    jobs.submit("a");
    while (!jobs.haveEnded(1) && jobs.group().world().nowNanos() < PATIENCE.toNanos()) {
      jobs.group().advance(Duration.ofMillis(500 + random.nextLong(6_000)));
      List<PeerId> peers = List.copyOf(jobs.group().peers());
      jobs.group().leader().ifPresent(leader -> jobs.group().client().transferLeadership(leader, peers.get(random.nextInt(peers.size()))));
    }
    awaitSuccess(jobs, 1);
    requireEachTaskOnce(jobs);
  }

  private static void workerLost(MapReduceSimulation jobs) {
    RandomGenerator random = jobs.group().world().random();
    jobs.submit("a");
    jobs.group().advance(Duration.ofMillis(1_500 + random.nextLong(5_000)));
    jobs.group().peers().stream().filter(peer -> !jobs.coordinator().equals(Optional.of(peer.value()))).findFirst()
        .ifPresent(peer -> jobs.group().crash(peer));
    jobs.group().advance(Duration.ofMillis(random.nextLong(20_000)));
    jobs.group().heal();
    awaitSuccess(jobs, 1);
  }

  /** Copies are made of tasks that take twenty times as long, and both may end. */
  private static void slow(MapReduceSimulation jobs) {
    jobs.tasks(TASK, 0.1, 0);
    jobs.submit("a");
    jobs.submit("b");
    awaitSuccess(jobs, 2);
  }

  private static void unreliable(MapReduceSimulation jobs) {
    jobs.tasks(TASK, 0.05, 0);
    jobs.submit("a");
    jobs.submit("b");
    awaitSuccess(jobs, 2);
  }

  private static void chaos(MapReduceSimulation jobs) {
    RandomGenerator random = jobs.group().world().random();
    jobs.tasks(TASK, 0.05, 0.02);
    jobs.submit("a");
    jobs.submit("b");
    for (int blow = 0; blow < 6; blow++) {
      jobs.group().advance(Duration.ofMillis(random.nextLong(4_000)));
      List<PeerId> peers = List.copyOf(jobs.group().peers());
      PeerId peer = peers.get(random.nextInt(peers.size()));
      Node node = jobs.group().node(peer);
      switch (random.nextInt(4)) {
        case 0 -> node.crashAfterSending(1 + random.nextInt(20));
        case 1 -> jobs.group().disconnect(peer);
        case 2 -> node.pause();
        default -> jobs.group().leader().ifPresent(leader -> jobs.group().client().transferLeadership(leader, peer));
      }
      jobs.group().advance(Duration.ofMillis(random.nextLong(9_000)));
      jobs.group().heal();
      jobs.group().world().network().become(LinkConditions.UNRELIABLE);
    }
    jobs.group().heal();
    awaitEnd(jobs, 2);
  }

  private static void awaitSuccess(MapReduceSimulation jobs, int count) {
    awaitEnd(jobs, count);
    jobs.jobs().forEach(job -> require(job.state() == JobStatus.State.SUCCEEDED, "Jobs succeed", "%s", job));
  }

  private static void awaitEnd(MapReduceSimulation jobs, int count) {
    require(jobs.group().until(() -> jobs.haveEnded(count), PATIENCE), "Progress", "not within %s: %s", PATIENCE, jobs.jobs());
  }

  private static void requireEachTaskOnce(MapReduceSimulation jobs) {
    require(jobs.runsByTask().values().stream().allMatch(runs -> runs == 1) && jobs.runsByTask().size() == MAPS + REDUCERS,
        "Nothing runs twice without a cause", "%s", jobs.runsByTask());
  }
}
