package io.flotilla.mapreduce.coordinator;

import io.flotilla.mapreduce.Counters;
import io.flotilla.mapreduce.InputRange.FileRange;
import io.flotilla.mapreduce.InputSplit;
import io.flotilla.mapreduce.JobPlan;
import io.flotilla.mapreduce.JobSpec;
import io.flotilla.mapreduce.client.JobClient.JobReply;
import io.flotilla.mapreduce.coordinator.WorkerReport.EndedAttempt;
import io.flotilla.mapreduce.coordinator.WorkerReport.RunningAttempt;
import io.flotilla.mapreduce.registry.JobChange;
import io.flotilla.mapreduce.registry.JobCodec;
import io.flotilla.mapreduce.registry.JobCommand;
import io.flotilla.mapreduce.registry.JobRecord;
import io.flotilla.mapreduce.registry.JobRegistry;
import io.flotilla.mapreduce.registry.LogReply;
import io.flotilla.mapreduce.registry.Stage;
import io.flotilla.mapreduce.registry.WorkerSite;
import io.flotilla.mapreduce.task.AttemptId;
import io.flotilla.mapreduce.task.MapOutput;
import io.flotilla.mapreduce.task.RecordPosition;
import io.flotilla.mapreduce.task.TaskId;
import io.flotilla.mapreduce.task.TaskId.Phase;
import io.flotilla.mapreduce.task.TaskOutcome;
import io.flotilla.mapreduce.task.TaskProgress;
import io.flotilla.mapreduce.task.TaskWork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A cluster in virtual time around the pure scheduler: a log, one coordinator at a time (an old one may not know yet that it is deposed),
 * workers whose tasks are played, and a network between them. A run is its seed.
 *
 * <p>The job: map task {@code m} gives each partition the number {@code m}; reduce task {@code r} collects what it fetches. So its part of
 * the output is right if it holds each map task once.
 */
final class World {
  /**
   * What may go wrong. Probabilities are per message or per attempt.
   *
   * @param zombies a coordinator that is lost may go on for a while, not knowing that there is another
   */
  record Faults(double loss, double duplication, double failure, double slow, boolean crashes, boolean coordinatorLosses,
      boolean zombies, boolean badRecord) {
    static final Faults NONE = new Faults(0, 0, 0, 0, false, false, false, false);
  }

  static final SchedulerSettings SETTINGS = new SchedulerSettings(1_500, 5_000, 3_000, 2_000, 8, 2, 10, 50, 10, 200,
      new SchedulerSettings.Backups(true, 2, 5_000));

  private static final long HEARTBEAT_MILLIS = 500;
  private static final long TICK_MILLIS = 250;
  private static final RecordPosition BAD = new RecordPosition("/in/1", 17);

  final List<String> violations = new ArrayList<>();
  final Map<AttemptId, String> starts = new LinkedHashMap<>();
  final Set<AttemptId> begun = new HashSet<>();
  final Set<AttemptId> backups = new HashSet<>();
  final SortedMap<String, SortedMap<Integer, Set<Integer>>> output = new TreeMap<>();
  final Set<String> outputCommitted = new HashSet<>();
  final Set<String> outputAborted = new HashSet<>();
  final List<JobReply> replies = new ArrayList<>();
  JobRegistry log = JobRegistry.EMPTY;
  int effectsCarriedOut;
  IntPredicate losesCoordinatorAt = _ -> false;

  private record Event(long atMillis, long number, Runnable action) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(atMillis, other.atMillis);
      return byTime != 0 ? byTime : Long.compare(number, other.number);
    }
  }

  private final SplittableRandom random;
  private final int maps;
  private final int reducers;
  private final SortedMap<String, FakeWorker> workers = new TreeMap<>();
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private Faults faults;
  private Optional<Coordinator> coordinator = Optional.empty();
  private long nowMillis = 1_000_000;
  private long eventNumber;
  private long reigns;

  World(long seed, int nodes, int slots, int maps, int reducers, Faults faults) {
    this.random = new SplittableRandom(seed);
    this.maps = maps;
    this.reducers = reducers;
    this.faults = faults;
    IntStream.rangeClosed(1, nodes).forEach(i -> workers.put("n" + i, new FakeWorker("n" + i, slots)));
    workers.values().forEach(FakeWorker::heartbeat);
    elect();
    if (faults.crashes()) {
      after(random.nextLong(8_000), this::crashSomebody);
    }
    if (faults.coordinatorLosses()) {
      after(random.nextLong(6_000), this::loseCoordinatorNowAndThen);
    }
  }

  void after(long millis, Runnable action) {
    events.add(new Event(nowMillis + millis, eventNumber++, action));
  }

  /** Plays until that holds or so much time has passed. */
  boolean run(long limitMillis, BooleanSupplier until) {
    long deadline = nowMillis + limitMillis;
    while (!until.getAsBoolean() && !events.isEmpty() && events.peek().atMillis() <= deadline) {
      Event event = events.poll();
      nowMillis = event.atMillis();
      event.action().run();
    }
    return until.getAsBoolean();
  }

  void heal() {
    faults = Faults.NONE;
  }

  void submit(String requestId) {
    coordinator.ifPresent(c -> c.input(new Input.SubmitRequested(1, spec(requestId), requestId)));
  }

  void cancel(String jobId) {
    coordinator.ifPresent(c -> c.input(new Input.CancelRequested(2, jobId)));
  }

  void slowDown(String node) {
    workers.get(node).slowdown = 20;
  }

  void crash(String node) {
    workers.get(node).crash();
  }

  boolean isEnded(int jobs) {
    return log.jobs().size() == jobs && log.jobs().values().stream().allMatch(JobRecord::isEnded);
  }

  /** The coordinator is gone this instant; what it had proposed may yet get into the log. Another one follows. */
  void loseCoordinator() {
    Optional<Coordinator> lost = coordinator;
    coordinator = Optional.empty();
    lost.filter(_ -> !faults.zombies() || random.nextBoolean()).ifPresent(Coordinator::die);
    after(200 + random.nextLong(800), this::elect);
  }

  static JobSpec spec(String output) {
    return new JobSpec("test", List.of("/in/*"), "/out/" + output, 0, new TreeMap<>(), Optional.empty());
  }

  private void elect() {
    if (coordinator.isEmpty()) {
      coordinator = Optional.of(new Coordinator("n" + (1 + random.nextInt(workers.size()))));
    }
  }

  private void loseCoordinatorNowAndThen() {
    if (faults.coordinatorLosses()) {
      loseCoordinator();
      after(1_000 + random.nextLong(6_000), this::loseCoordinatorNowAndThen);
    }
  }

  private void crashSomebody() {
    if (faults.crashes()) {
      FakeWorker victim = new ArrayList<>(workers.values()).get(random.nextInt(workers.size()));
      victim.crash();
      after(2_000 + random.nextLong(12_000), this::crashSomebody);
    }
  }

  /** Over the network: late, never, or twice. */
  private void send(Runnable delivery) {
    if (random.nextDouble() >= faults.loss()) {
      after(1 + random.nextLong(random.nextInt(10) == 0 ? 400 : 5), delivery);
    }
    if (random.nextDouble() < faults.duplication()) {
      after(1 + random.nextLong(2_000), delivery);
    }
  }

  private void violated(String format, Object... values) {
    violations.add(format.formatted(values));
  }

  /** The shell of the scheduler, as thin as the real one: effects in order, nothing past a record that is not in the log. */
  private final class Coordinator {
    private final Deque<Effect> queue = new ArrayDeque<>();
    private SchedulerState state;
    private boolean dead;
    private boolean recording;

    Coordinator(String node) {
      long epoch = ((LogReply.Accepted) apply(new JobCommand.Coordinate(node + "/" + ++reigns))).epoch();
      if (epoch != log.epoch()) {
        violated("epoch %d, log's %d", epoch, log.epoch());
      }
      state = SchedulerState.begin(node, now(), workers.keySet(), log);
      tick();
    }

    void die() {
      dead = true;
    }

    private void tick() {
      if (!dead) {
        input(new Input.Ticked());
        workers.values().forEach(worker -> send(() -> worker.announced(this)));
        after(TICK_MILLIS, this::tick);
      }
    }

    void input(Input input) {
      if (!dead) {
        Step step = Scheduler.step(state, SETTINGS, now(), input);
        state = step.next();
        queue.addAll(step.effects());
        carryOut();
      }
    }

    private void carryOut() {
      while (!dead && !recording && !queue.isEmpty()) {
        effectsCarriedOut++;
        if (losesCoordinatorAt.test(effectsCarriedOut)) {
          loseCoordinator();
          return;
        }
        if (queue.peek() instanceof Effect.Append) {
          record();
        } else {
          carryOut(queue.poll());
        }
      }
    }

    private void record() {
      List<JobChange> changes = new ArrayList<>();
      while (queue.peek() instanceof Effect.Append(var change) && changes.size() < 1 + random.nextInt(5)) {
        changes.add(change);
        queue.poll();
      }
      recording = true;
      // A coordinator that dies may leave its last proposal on the way.
      after(random.nextLong(10), () -> {
        LogReply reply = apply(new JobCommand.Change(state.jobs().epoch(), changes));
        after(random.nextLong(10), () -> onRecorded(reply));
      });
    }

    private void onRecorded(LogReply reply) {
      recording = false;
      if (reply instanceof LogReply.Accepted) {
        carryOut();
      } else {
        dead = true;
      }
    }

    private void carryOut(Effect effect) {
      switch (effect) {
        case Effect.Append _ -> throw new IllegalStateException("records go to the log");
        case Effect.Start(var to, var work, var backup) -> {
          checkStart(work, to, backup);
          send(() -> workers.get(to).start(this, work));
        }
        case Effect.Cancel(var to, var attempt) -> send(() -> workers.get(to).cancel(attempt));
        case Effect.Acknowledge(var to, var attempt) -> send(() -> workers.get(to).acknowledged(attempt));
        case Effect.Forget(var to, var jobId) -> send(() -> workers.get(to).forget(jobId));
        case Effect.Plan(var jobId, _, _) -> after(random.nextLong(50), () -> input(new Input.Planned(jobId, plan())));
        case Effect.Probe(var site) -> after(random.nextLong(1_000), () ->
            input(new Input.Probed(site, workers.get(site.node()).isGone(site))));
        case Effect.PrepareOutput(var jobId, _) -> after(random.nextLong(50), () -> input(new Input.OutputPrepared(jobId)));
        case Effect.CommitOutput(var jobId, _) -> after(random.nextLong(50), () -> {
          if (!dead) {
            outputCommitted.add(jobId);
            input(new Input.OutputCommitted(jobId, Optional.empty()));
          }
        });
        case Effect.AbortOutput(var jobId, _) -> after(random.nextLong(50), () -> {
          if (!dead) {
            outputAborted.add(jobId);
            input(new Input.OutputAborted(jobId));
          }
        });
        case Effect.Reply(_, var reply) -> replies.add(reply);
      }
    }

    private void checkStart(TaskWork work, String to, boolean backup) {
      String before = starts.putIfAbsent(work.id(), to);
      if (before != null && !before.equals(to)) {
        violated("%s is used twice: %s, %s", work.id(), before, to);
      }
      if (backup) {
        backups.add(work.id());
      }
      TaskId task = work.id().task();
      boolean done = log.find(task.jobId()).filter(job -> isReduceDone(job, task)).isPresent();
      if (before == null && done && state.jobs().epoch() == log.epoch()) {
        violated("%s runs again", task);
      }
    }

    private static boolean isReduceDone(JobRecord job, TaskId task) {
      return task.phase() == Phase.REDUCE && job.stage() instanceof Stage.Running(_, _, var reduce)
          && reduce.isDone(task.number());
    }
  }

  /** Through the codec, as on the way to the log and back. */
  private LogReply apply(JobCommand command) {
    try {
      JobRegistry.Outcome outcome = log.apply(JobCodec.decodeCommand(JobCodec.encode(command)));
      log = JobCodec.decodeRegistry(JobCodec.encode(outcome.next()));
      return outcome.reply();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JobPlan plan() {
    return new JobPlan(IntStream.range(0, maps).mapToObj(m -> new InputSplit(List.of(new FileRange("/in/" + m, 0, 100)), List.of()))
        .toList(), reducers, List.of());
  }

  private Now now() {
    return new Now(nowMillis, nowMillis + 1_000_000_000_000L);
  }

  /** One attempt that is being played. */
  private static final class Play {
    final TaskWork work;
    final long startedMillis;
    boolean cancelled;

    Play(TaskWork work, long startedMillis) {
      this.work = work;
      this.startedMillis = startedMillis;
    }
  }

  private final class FakeWorker {
    final String node;
    final int slots;
    int slowdown = 1;
    private long incarnation = nowMillis;
    private boolean up = true;
    private long reports;
    private Optional<Coordinator> boss = Optional.empty();
    private long epoch;
    private final Map<AttemptId, Play> running = new LinkedHashMap<>();
    private final Map<AttemptId, EndedAttempt> ended = new LinkedHashMap<>();
    private final Set<AttemptId> seen = new HashSet<>();
    private final Set<AttemptId> outputs = new HashSet<>();

    FakeWorker(String node, int slots) {
      this.node = node;
      this.slots = slots;
    }

    void heartbeat() {
      report();
      after(HEARTBEAT_MILLIS, this::heartbeat);
    }

    private void report() {
      if (!up || boss.isEmpty()) {
        return;
      }
      List<RunningAttempt> now = running.values().stream().map(play -> new RunningAttempt(play.work.id(),
          TaskProgress.NONE, nowMillis - play.startedMillis)).toList();
      WorkerReport report = new WorkerReport(site(), ++reports, slots, now, new ArrayList<>(ended.values()),
          seen.stream().map(id -> id.task().jobId()).collect(Collectors.toCollection(TreeSet::new)));
      Coordinator to = boss.get();
      send(() -> to.input(new Input.Reported(report)));
    }

    private WorkerSite site() {
      return new WorkerSite(node, incarnation, "host-" + node, 1);
    }

    void announced(Coordinator by) {
      if (up && by.state.jobs().epoch() >= epoch) {
        boolean isNew = by.state.jobs().epoch() > epoch;
        epoch = by.state.jobs().epoch();
        boss = Optional.of(by);
        if (isNew) {
          report();
        }
      }
    }

    void start(Coordinator by, TaskWork work) {
      if (!up || by.state.jobs().epoch() < epoch || running.size() >= slots || !seen.add(work.id())) {
        return;
      }
      begun.add(work.id());
      Play play = new Play(work, nowMillis);
      running.put(work.id(), play);
      boolean slow = random.nextDouble() < faults.slow();
      long millis = (500 + random.nextLong(2_000)) * slowdown * (slow ? 15 : 1);
      long life = incarnation;
      after(millis, () -> {
        if (up && incarnation == life && !play.cancelled) {
          end(play, outcome(work));
        }
      });
    }

    private void end(Play play, TaskOutcome outcome) {
      AttemptId id = play.work.id();
      running.remove(id);
      ended.put(id, new EndedAttempt(id, outcome, nowMillis - play.startedMillis));
      report();
    }

    private TaskOutcome outcome(TaskWork work) {
      if (random.nextDouble() < faults.failure()) {
        return new TaskOutcome.Failed("bad luck", Optional.empty(), false);
      }
      if (faults.badRecord() && work.id().task().number() == 1 && work.id().task().phase() == Phase.MAP
          && !work.badRecords().contains(BAD)) {
        return new TaskOutcome.Failed("bad record", Optional.of(BAD), false);
      }
      return switch (work) {
        case TaskWork.MapWork map -> {
          outputs.add(map.id());
          yield new TaskOutcome.MapDone(new Counters(new TreeMap<>(Map.of(Counters.MAP_INPUT_RECORDS, 1L))),
              IntStream.range(0, reducers).mapToObj(Long::valueOf).toList());
        }
        case TaskWork.ReduceWork reduce -> reduce(reduce);
      };
    }

    private TaskOutcome reduce(TaskWork.ReduceWork reduce) {
      List<AttemptId> lost = reduce.mapOutputs().stream().filter(from -> !workers.get(from.node()).serves(from))
          .map(MapOutput::attempt).toList();
      if (!lost.isEmpty()) {
        return new TaskOutcome.MapOutputLost(lost, "gone");
      }
      Set<Integer> collected = new HashSet<>();
      reduce.mapOutputs().forEach(from -> collected.add(from.attempt().task().number()));
      TaskId task = reduce.id().task();
      Set<Integer> before = output.computeIfAbsent(task.jobId(), _ -> new TreeMap<>()).put(task.number(), collected);
      if ((before != null && !before.equals(collected)) || collected.size() != reduce.mapOutputs().size()) {
        violated("%s gave %s, and before %s", reduce.id(), collected, before);
      }
      return new TaskOutcome.ReduceDone(new Counters(new TreeMap<>(Map.of(Counters.REDUCE_INPUT_RECORDS, (long) collected.size()))));
    }

    boolean isGone(WorkerSite life) {
      return !up || incarnation != life.incarnation();
    }

    boolean serves(MapOutput from) {
      return up && outputs.contains(from.attempt());
    }

    void cancel(AttemptId id) {
      Play play = running.get(id);
      if (up && play != null && !play.cancelled) {
        play.cancelled = true;
        long life = incarnation;
        after(random.nextLong(100), () -> {
          if (incarnation == life) {
            end(play, new TaskOutcome.Cancelled());
          }
        });
      }
    }

    void acknowledged(AttemptId id) {
      ended.remove(id);
    }

    void forget(String jobId) {
      seen.removeIf(id -> id.task().jobId().equals(jobId) && !running.containsKey(id));
      outputs.removeIf(id -> id.task().jobId().equals(jobId));
      ended.keySet().removeIf(id -> id.task().jobId().equals(jobId));
      List.copyOf(running.keySet()).stream().filter(id -> id.task().jobId().equals(jobId)).forEach(this::cancel);
    }

    /** Its disk's map output goes with it; it may come back. */
    void crash() {
      up = false;
      running.clear();
      ended.clear();
      seen.clear();
      outputs.clear();
      boss = Optional.empty();
      epoch = 0;
      after(500 + random.nextLong(9_000), () -> {
        if (!up) {
          up = true;
          incarnation = nowMillis;
          reports = 0;
        }
      });
    }
  }

  /** How often each task began to run, backups left out. */
  Map<TaskId, Integer> runsByTask() {
    Map<TaskId, Integer> counts = new HashMap<>();
    begun.stream().filter(id -> !backups.contains(id)).forEach(id -> counts.merge(id.task(), 1, Integer::sum));
    return counts;
  }
}
