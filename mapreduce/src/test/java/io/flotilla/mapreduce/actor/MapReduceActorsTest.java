package io.flotilla.mapreduce.actor;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.flotilla.mapreduce.CoordinationSettings;
import io.flotilla.mapreduce.Counters;
import io.flotilla.mapreduce.JobSpec;
import io.flotilla.mapreduce.client.JobClient;
import io.flotilla.mapreduce.client.JobClient.JobReply;
import io.flotilla.mapreduce.client.JobStatus;
import io.flotilla.mapreduce.client.JobStatus.State;
import io.flotilla.mapreduce.task.RecordPosition;
import io.flotilla.mapreduce.task.TaskId.Phase;
import io.flotilla.mapreduce.task.TaskOutcome;
import io.flotilla.mapreduce.task.TaskProgress;
import io.flotilla.mapreduce.task.TaskWork;
import io.flotilla.raft.actor.RaftClock;
import io.flotilla.raft.actor.RaftPeer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Three nodes' workers and coordinators in one actor system, over a log that is played. */
class MapReduceActorsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final ActorTestKit testKit = ActorTestKit.create(ConfigFactory.parseString("pekko.loglevel = WARNING"));
  private final CoordinationSettings settings = CoordinationSettings.from(ConfigFactory.parseString("""
      flotilla.mapreduce { heartbeat-interval = 20 ms, worker-timeout = 1 s, adoption-time = 500 ms, max-attempts = 3, slots = 1 }
      """).withFallback(ConfigFactory.load()));
  private final FakeMeta meta = new FakeMeta();
  private final FakePlanner planner = new FakePlanner();
  private final SortedMap<String, Node> nodes = new TreeMap<>();

  private final class Node {
    final FakeRunner runner = new FakeRunner();
    final CoordinatorBoard board = new CoordinatorBoard();
    final ActorRef<MapReduceWorker.Command> worker;
    final JobClient client = new ClusterJobClient(testKit.system(), board, Duration.ofSeconds(5));

    Node(String name) {
      worker = testKit.spawn(MapReduceWorker.create(new MapReduceWorker.Setup(name, "127.0.0.1", () -> 1, runner,
          settings.heartbeatInterval(), Duration.ofSeconds(1), RaftClock.system(), board)));
      ActorRef<RaftPeer.Command> replica = testKit.spawn(meta.replica(name));
      testKit.spawn(MapReduceCoordinator.create(new MapReduceCoordinator.Setup(name, directory(), _ -> false, () -> replica, planner, settings,
          RaftClock.system(), MapReduceEvents.NONE)));
    }
  }

  MapReduceActorsTest() {
    List.of("n1", "n2", "n3").forEach(name -> nodes.put(name, new Node(name)));
    meta.lead("n1");
  }

  @AfterEach
  void stop() {
    testKit.shutdownTestKit();
  }

  @Test
  void aJobRunsOnAllNodesAndIsSeenFromEach() {
    nodes.values().forEach(node -> node.runner.play(FakeRunner::done));

    JobStatus submitted = submit("n2", spec(5, 2), "r1");
    JobStatus ended = awaitState("n3", submitted.id(), State.SUCCEEDED);

    assertThat(ended.map().done()).isEqualTo(5);
    assertThat(ended.reduce().done()).isEqualTo(2);
    assertThat(ended.coordinator()).contains("n1");
    assertThat(planner.done).containsExactly("prepare job-1", "commit job-1");
    assertThat(nodes.values()).allSatisfy(node -> assertThat(node.runner.ended.poll(20, TimeUnit.SECONDS)).isEqualTo("job-1"));
    assertThat(submit("n1", spec(5, 2), "r1").id()).as("a repetition starts nothing").isEqualTo("job-1");
  }

  @Test
  void whatIsInProgressWhenTheCoordinatorGoesIsNotStartedAgain() throws InterruptedException {
    String job = submit("n1", spec(3, 1), "r1").id();
    TaskWork first = started("n1");
    TaskWork second = started("n2");
    TaskWork third = started("n3");
    end("n1", first);
    await(() -> assertThat(status("n2", job).map().done()).isEqualTo(1));

    meta.lead("n2");
    await(() -> assertThat(status("n3", job).coordinator()).contains("n2"));
    await(() -> assertThat(status("n3", job).map().inProgress()).isEqualTo(2));
    nodes.values().forEach(node -> node.runner.play(FakeRunner::done));
    end("n2", second);
    end("n3", third);
    awaitState("n1", job, State.SUCCEEDED);

    List<TaskWork> later = new ArrayList<>();
    nodes.values().forEach(node -> node.runner.started.drainTo(later));
    assertThat(later).singleElement().satisfies(work -> assertThat(work.id().task().phase()).isEqualTo(Phase.REDUCE));
  }

  @Test
  void anOutcomeThatOnlyALostCoordinatorHeardIsToldAgain() throws InterruptedException {
    String job = submit("n1", spec(1, 1), "r1").id();
    Node worker = nodes.values().stream().filter(node -> awaitStarted(node).isPresent()).findFirst().orElseThrow();
    meta.beSilent(true);
    nodes.values().forEach(node -> node.runner.play(FakeRunner::done));
    worker.runner.end(first.id(), FakeRunner.done(first).orElseThrow());
    meta.lead("n3");
    meta.beSilent(false);

    awaitState("n1", job, State.SUCCEEDED);
  }

  private TaskWork first;

  private Optional<TaskWork> awaitStarted(Node node) {
    try {
      Optional<TaskWork> work = Optional.ofNullable(node.runner.started.poll(1, TimeUnit.SECONDS));
      work.ifPresent(found -> first = found);
      return work;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aTaskThatFailsAgainAndAgainFailsTheJob() {
    nodes.values().forEach(node -> node.runner.play(work -> work.id().task().number() == 1
        ? Optional.of(new TaskOutcome.Failed("division by zero", Optional.of(new RecordPosition("/in/1", 4)), false)) : FakeRunner.done(work)));

    String job = submit("n1", spec(2, 1), "r1").id();

    JobStatus ended = awaitState("n1", job, State.FAILED);
    assertThat(ended.failure()).hasValueSatisfying(why -> assertThat(why).contains("map task 1").contains("division by zero")
        .contains("/in/1:4").contains("3 times"));
    assertThat(planner.done).containsExactly("prepare job-1", "abort job-1");
  }

  @Test
  void aCancelledJobEndsItsAttempts() throws InterruptedException {
    String job = submit("n1", spec(3, 1), "r1").id();
    started("n1");
    started("n2");
    started("n3");

    assertThat(nodes.get("n2").client.cancel(job).toCompletableFuture().join()).isInstanceOf(JobReply.Found.class);

    awaitState("n1", job, State.CANCELLED);
    assertThat(planner.done).contains("abort job-1");
  }

  @Test
  void progressIsSeenWhileAJobRuns() throws InterruptedException {
    String job = submit("n1", spec(1, 1), "r1").id();
    Node worker = nodes.values().stream().filter(node -> awaitStarted(node).isPresent()).findFirst().orElseThrow();
    worker.runner.tellProgress(first.id(),
        new TaskProgress(0.5, new Counters(new TreeMap<>(Map.of("words", 7L))), Optional.empty()));

    await(() -> assertThat(status("n3", job)).satisfies(status -> {
      assertThat(status.map().fraction()).isEqualTo(0.5);
      assertThat(status.counters().get("words")).isEqualTo(7);
    }));
  }

  @Test
  void whatCannotRunIsRefusedWithTheReason() {
    JobSpec none = new JobSpec("test", List.of("/none"), "/out", 1, new TreeMap<>(), Optional.empty());
    JobSpec taken = new JobSpec("test", List.of("/in"), "/taken", 1, new TreeMap<>(Map.of("maps", "1")), Optional.empty());

    assertThat(nodes.get("n1").client.submit(none, "r1").toCompletableFuture().join())
        .isEqualTo(new JobReply.Invalid("no file matches /none"));
    assertThat(nodes.get("n2").client.submit(none, "r1").toCompletableFuture().join()).as("a repetition")
        .isEqualTo(new JobReply.Invalid("no file matches /none"));
    assertThat(nodes.get("n3").client.submit(taken, "r2").toCompletableFuture().join())
        .isEqualTo(new JobReply.Conflict("/taken is there already"));
  }

  @Test
  void anOutputThatCannotBeCompletedFailsTheJob() {
    nodes.values().forEach(node -> node.runner.play(FakeRunner::done));
    JobSpec full = new JobSpec("test", List.of("/in"), "/full", 1, new TreeMap<>(Map.of("maps", "1")), Optional.empty());

    String job = submit("n1", full, "r1").id();

    assertThat(awaitState("n1", job, State.FAILED).failure()).contains("the output could not be completed: no space left");
  }

  @Test
  void withoutACoordinatorRequestsAreRefused() {
    meta.lead("");
    await(() -> assertThat(nodes.get("n1").board.seat()).isEmpty());

    assertThat(new ClusterJobClient(testKit.system(), nodes.get("n1").board, Duration.ofMillis(200)).list().toCompletableFuture().join())
        .isInstanceOf(JobReply.Unavailable.class);
  }

  private WorkerDirectory directory() {
    return new WorkerDirectory() {
      @Override
      public SortedSet<String> nodes() {
        return new TreeSet<>(nodes.keySet());
      }

      @Override
      public Optional<ActorRef<WorkerProtocol>> find(String node) {
        return Optional.ofNullable(nodes.get(node)).map(found -> found.worker.narrow());
      }
    };
  }

  private static JobSpec spec(int maps, int reducers) {
    return new JobSpec("test", List.of("/in"), "/out", reducers, new TreeMap<>(Map.of("maps", Integer.toString(maps))), Optional.empty());
  }

  private JobStatus submit(String node, JobSpec spec, String requestId) {
    JobReply reply = nodes.get(node).client.submit(spec, requestId).toCompletableFuture().join();
    assertThat(reply).isInstanceOf(JobReply.Submitted.class);
    return ((JobReply.Submitted) reply).job();
  }

  private TaskWork started(String node) throws InterruptedException {
    TaskWork work = nodes.get(node).runner.started.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertThat(work).as("%s starts something", node).isNotNull();
    return work;
  }

  private void end(String node, TaskWork work) {
    nodes.get(node).runner.end(work.id(), FakeRunner.done(work).orElseThrow());
  }

  private JobStatus status(String node, String job) {
    JobReply reply = nodes.get(node).client.status(job).toCompletableFuture().join();
    assertThat(reply).isInstanceOf(JobReply.Found.class);
    return ((JobReply.Found) reply).job();
  }

  private JobStatus awaitState(String node, String job, State state) {
    await(() -> assertThat(status(node, job).state()).isEqualTo(state));
    return status(node, job);
  }

  private void await(Runnable assertion) {
    testKit.createTestProbe().awaitAssert(PATIENCE, Duration.ofMillis(20), () -> {
      assertion.run();
      return null;
    });
  }
}
