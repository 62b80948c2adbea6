package io.flotilla.simulation.mapreduce;

import static io.flotilla.simulation.LawBroken.require;

import io.flotilla.kv.registry.RegistryStateMachine;
import io.flotilla.mapreduce.CoordinationSettings;
import io.flotilla.mapreduce.InputRange.FileRange;
import io.flotilla.mapreduce.InputSplit;
import io.flotilla.mapreduce.JobPlan;
import io.flotilla.mapreduce.JobPlanner;
import io.flotilla.mapreduce.JobSpec;
import io.flotilla.mapreduce.actor.CoordinatorBoard;
import io.flotilla.mapreduce.actor.CoordinatorProtocol;
import io.flotilla.mapreduce.actor.MapReduceCoordinator;
import io.flotilla.mapreduce.actor.MapReduceEvents;
import io.flotilla.mapreduce.actor.MapReduceWorker;
import io.flotilla.mapreduce.actor.WorkerDirectory;
import io.flotilla.mapreduce.actor.WorkerProtocol;
import io.flotilla.mapreduce.client.JobClient.JobReply;
import io.flotilla.mapreduce.client.JobStatus;
import io.flotilla.mapreduce.registry.JobsStateMachine;
import io.flotilla.mapreduce.registry.WorkerSite;
import io.flotilla.mapreduce.task.AttemptId;
import io.flotilla.mapreduce.task.MapOutput;
import io.flotilla.mapreduce.task.TaskId;
import io.flotilla.mapreduce.task.TaskWork;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.actor.RaftPeer;
import io.flotilla.raft.machine.SectionedStateMachine;
import io.flotilla.simulation.Simulation;
import io.flotilla.simulation.world.Node;
import io.flotilla.simulation.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * MapReduce on a simulated group that plays {@code meta}: each of its nodes has the real coordinator and worker; planning and tasks are
 * played. Held to these laws: no attempt is begun twice, each part of the output holds every map task's share once, a part once recorded
 * is not made again, a job that succeeded has all its parts.
 */
public final class MapReduceSimulation {
  private static final String COORDINATOR = "mapreduce-coordinator";
  private static final Duration CLIENT_PAUSE = Duration.ofMillis(300);

  private final Simulation simulation;
  private final World world;
  private final CoordinationSettings settings;
  private final int maps;
  private final int reducers;
  private final Map<String, PlayedTasks> runners = new HashMap<>();
  private final Map<AttemptId, String> begun = new LinkedHashMap<>();
  private final SortedMap<String, SortedMap<Integer, Set<Integer>>> parts = new TreeMap<>();
  private final Set<String> committed = new HashSet<>();
  private final SortedMap<String, JobStatus> jobs = new TreeMap<>();
  private Duration taskTime = Duration.ofSeconds(1);
  private double slowTasks;
  private double failures;

  private MapReduceSimulation(Simulation simulation, int maps, int reducers) {
    this.simulation = simulation;
    this.world = simulation.world();
    this.maps = maps;
    this.reducers = reducers;
    this.settings = CoordinationSettings.from(world.kernel().system().settings().config());
  }

  /** Starts the group with all that MapReduce needs; jobs will have so many tasks. */
  public static MapReduceSimulation start(Simulation prepared, int maps, int reducers) {
    MapReduceSimulation mapReduce = new MapReduceSimulation(prepared, maps, reducers);
    prepared.stateMachine(() -> new SectionedStateMachine(new RegistryStateMachine(), Map.of(JobsStateMachine.TAG, new JobsStateMachine())))
        .beside(mapReduce::run).start();
    return mapReduce;
  }

  /** The group below. */
  public Simulation group() {
    return simulation;
  }

  /** About so long takes a task; one in that many takes twenty times as long. */
  public MapReduceSimulation tasks(Duration time, double slow, double failing) {
    taskTime = time;
    slowTasks = slow;
    failures = failing;
    return this;
  }

  private void run(Node node) {
    PlayedTasks runner = new PlayedTasks(this, node, world.newRandom());
    runners.put(node.id(), runner);
    WorkerDirectory workers = new NetworkedWorkers(node);
    node.offer(WorkerDirectory.NAME, node.spawn(MapReduceWorker.create(new MapReduceWorker.Setup(node.id(), node.id(), () -> 2, runner,
        settings.heartbeatInterval(), settings.coordinatorSilence(), node.clock(), new CoordinatorBoard())), WorkerDirectory.NAME));
    ActorRef<RaftPeer.Command> replica = world.ref("meta-" + node, message -> node.deliver(Simulation.service("g1"), message));
    node.offer(COORDINATOR, node.spawn(MapReduceCoordinator.create(new MapReduceCoordinator.Setup(node.id(), workers, this::isGone,
        () -> replica, new PlayedPlanner(), settings, node.clock(), MapReduceEvents.NONE)), COORDINATOR));
  }

  // What clients do

  /** Submits a job, again and again until it is answered. */
  public void submit(String requestId) {
    JobSpec spec = new JobSpec("test", List.of("/in"), "/out/" + requestId, reducers, new TreeMap<>(), Optional.empty());
    ask(replyTo -> new CoordinatorProtocol.Submit(spec, requestId, replyTo), reply -> reply instanceof JobReply.Submitted(var job)
        ? Optional.of(job) : Optional.empty());
  }

  /** Whether so many jobs have ended, as the last look showed; looks again and again from the first question on. */
  public boolean haveEnded(int count) {
    return jobs.size() == count && jobs.values().stream().allMatch(job -> job.endedMillis().isPresent());
  }

  private void ask(Function<ActorRef<JobReply>, CoordinatorProtocol> request, Function<JobReply, Optional<JobStatus>> answer) {
    boolean[] answered = {false};
    ActorRef<JobReply> replyTo = world.ref("client", reply -> answer.apply(reply).ifPresent(job -> {
      answered[0] = true;
      jobs.put(job.id(), job);
    }));
    askAgain(request.apply(replyTo), answered);
  }

  private void askAgain(CoordinatorProtocol request, boolean[] answered) {
    if (!answered[0]) {
      simulation.peers().stream().map(simulation::node).filter(Node::isUp).forEach(node -> node.deliver(COORDINATOR, request));
      world.after(CLIENT_PAUSE, () -> askAgain(request, answered));
    }
  }

  /** Looks at all jobs from time to time. */
  public void watch() {
    ActorRef<JobReply> replyTo = world.ref("watcher", reply -> {
      if (reply instanceof JobReply.Listed(var listed)) {
        listed.forEach(this::seen);
      }
    });
    simulation.peers().stream().map(simulation::node).filter(Node::isUp)
        .forEach(node -> node.deliver(COORDINATOR, new CoordinatorProtocol.ListJobs(replyTo)));
    world.after(CLIENT_PAUSE, this::watch);
  }

  private void seen(JobStatus job) {
    JobStatus before = jobs.get(job.id());
    if (before != null && before.endedMillis().isPresent() && job.endedMillis().isEmpty()) {
      return;   // from a coordinator that does not know yet that it is deposed
    }
    require(before == null || before.endedMillis().isEmpty() || before.state() == job.state(), "Ended jobs stay so", "%s, then %s",
        before, job);
    jobs.put(job.id(), job);
    if (job.state() == JobStatus.State.SUCCEEDED) {
      Set<Integer> all = IntStream.range(0, maps).boxed().collect(Collectors.toSet());
      require(committed.contains(job.id()), "Output is complete", "%s is not committed", job);
      require(parts.get(job.id()).size() == reducers && parts.get(job.id()).values().stream().allMatch(all::equals), "Output is complete",
          "%s has %s", job, parts.get(job.id()));
    }
  }

  /** The jobs as they were seen last. */
  public List<JobStatus> jobs() {
    return new ArrayList<>(jobs.values());
  }

  /** The node whose coordinator counts. */
  public Optional<String> coordinator() {
    return simulation.leader().map(PeerId::value);
  }

  /** How often tasks were begun. */
  public Map<TaskId, Long> runsByTask() {
    return begun.keySet().stream().collect(Collectors.groupingBy(AttemptId::task, LinkedHashMap::new, Collectors.counting()));
  }

  // What tasks do

  void began(TaskWork work, Node on) {
    String before = begun.putIfAbsent(work.id(), on.id());
    require(before == null, "Attempts are begun once", "%s on %s, before on %s", work.id(), on, before);
  }

  Duration duration(TaskWork work, RandomGenerator random) {
    double factor = 0.5 + random.nextDouble();
    return Duration.ofNanos((long) (taskTime.toNanos() * factor * (random.nextDouble() < slowTasks ? 20 : 1)));
  }

  double failures() {
    return failures;
  }

  boolean canFetch(Node to, MapOutput output) {
    Node from = world.node(output.node());
    return (from.equals(to) || (world.network().isConnected(from) && world.network().isConnected(to)))
        && runners.get(output.node()).holds(output.attempt());
  }

  void reduced(TaskWork.ReduceWork reduce) {
    Set<Integer> shares = reduce.mapOutputs().stream().map(output -> output.attempt().task().number()).collect(Collectors.toSet());
    require(shares.size() == maps && reduce.mapOutputs().size() == maps, "Each map task's share once", "%s has %s", reduce.id(), shares);
    parts.computeIfAbsent(reduce.id().task().jobId(), _ -> new TreeMap<>()).put(reduce.id().task().number(), shares);
  }

  /** As a machine would answer: one that cannot be reached says nothing. */
  private boolean isGone(WorkerSite site) {
    Node node = world.node(site.node());
    return world.network().isConnected(node) && (!node.isUp() || !runners.get(node.id()).isOf(site));
  }

  /** Splits are there for the asking. */
  private final class PlayedPlanner implements JobPlanner {
    @Override
    public JobPlan plan(JobSpec spec, int slots) {
      return new JobPlan(IntStream.range(0, maps).mapToObj(m -> new InputSplit(List.of(new FileRange("/in/" + m, 0, 1)), List.of())).toList(),
          reducers, List.of());
    }

    @Override
    public void prepareOutput(String jobId, JobSpec spec) {}

    @Override
    public void commitOutput(String jobId, JobSpec spec) {
      committed.add(jobId);
    }

    @Override
    public void abortOutput(String jobId, JobSpec spec) {}
  }

  /** A coordinator's way to the workers: by the simulated network. */
  private final class NetworkedWorkers implements WorkerDirectory {
    private final Map<String, ActorRef<WorkerProtocol>> known = new HashMap<>();
    private final Node from;

    NetworkedWorkers(Node from) {
      this.from = from;
    }

    @Override
    public SortedSet<String> nodes() {
      return simulation.peers().stream().map(PeerId::value).collect(Collectors.toCollection(TreeSet::new));
    }

    @Override
    public Optional<ActorRef<WorkerProtocol>> find(String node) {
      int incarnation = from.incarnation();
      return Optional.of(known.computeIfAbsent(node, to -> world.ref("worker-" + to, message -> {
        if (from.isUp() && from.incarnation() == incarnation) {
          world.network().send(from, world.node(to), NAME, message);
        }
      })));
    }
  }
}
