package io.flotilla.mapreduce.coordinator;

import io.flotilla.mapreduce.Counters;
import io.flotilla.mapreduce.InputRange.FileRange;
import io.flotilla.mapreduce.InputSplit;
import io.flotilla.mapreduce.JobPlan;
import io.flotilla.mapreduce.JobSpec;
import io.flotilla.mapreduce.client.JobClient.JobReply;
import io.flotilla.mapreduce.client.JobStatus;
import io.flotilla.mapreduce.coordinator.WorkerReport.EndedAttempt;
import io.flotilla.mapreduce.coordinator.WorkerReport.RunningAttempt;
import io.flotilla.mapreduce.registry.JobCommand;
import io.flotilla.mapreduce.registry.JobRegistry;
import io.flotilla.mapreduce.registry.WorkerSite;
import io.flotilla.mapreduce.task.AttemptId;
import io.flotilla.mapreduce.task.RecordPosition;
import io.flotilla.mapreduce.task.TaskId.Phase;
import io.flotilla.mapreduce.task.TaskOutcome;
import io.flotilla.mapreduce.task.TaskProgress;
import io.flotilla.mapreduce.task.TaskWork;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** One scheduler, with workers that do as the test says. Time passes only by {@link #pass}. */
final class Office {
  static final SchedulerSettings SETTINGS = new SchedulerSettings(1_500, 5_000, 3_000, 2_000, 3, 2, 10, 4, 2, 400,
      new SchedulerSettings.Backups(true, 2, 5_000));

  /** Attempts that run, by what they do, in the order in which they were started. */
  final Map<AttemptId, String> running = new LinkedHashMap<>();
  final Map<AttemptId, TaskWork> works = new LinkedHashMap<>();
  final List<AttemptId> backups = new ArrayList<>();
  final List<Effect> effects = new ArrayList<>();
  SchedulerState state;

  private final Map<String, Integer> slots = new TreeMap<>();
  private final Map<String, Long> incarnations = new TreeMap<>();
  private final Map<AttemptId, Double> fractions = new LinkedHashMap<>();
  private final List<InputSplit> splits = new ArrayList<>();
  private final int reducers;
  private long nowMillis = 50_000;
  private long reports;

  /** Nodes n1, n2, …, each with so many slots; each job of so many tasks. */
  Office(int nodes, int slotsEach, int maps, int reducers) {
    this.reducers = reducers;
    IntStream.range(0, maps).forEach(m -> splits.add(new InputSplit(List.of(new FileRange("/in/" + m, 0, 9)), List.of())));
    IntStream.rangeClosed(1, nodes).forEach(n -> slots.put("n" + n, slotsEach));
    slots.keySet().forEach(node -> incarnations.put(node, 1L));
    JobRegistry jobs = JobRegistry.EMPTY.apply(new JobCommand.Coordinate("n1/1")).next();
    state = SchedulerState.begin("n1", now(), slots.keySet(), jobs);
    reportAll();
  }

  /** Splits are near these nodes, one for each map task. */
  Office near(String... nodes) {
    for (int m = 0; m < nodes.length; m++) {
      splits.set(m, new InputSplit(splits.get(m).ranges(), List.of(nodes[m])));
    }
    return this;
  }

  JobStatus submit(String requestId) {
    input(new Input.SubmitRequested(1, new JobSpec("test", List.of("/in/*"), "/out/" + requestId, 0, new TreeMap<>(), Optional.empty()),
        requestId));
    String jobId = "job-" + state.jobs().lastNumber();
    input(new Input.Planned(jobId, new JobPlan(splits, reducers, List.of())));
    input(new Input.OutputPrepared(jobId));
    return status(jobId);
  }

  void input(Input input) {
    Step step = Scheduler.step(state, SETTINGS, now(), input);
    state = step.next();
    step.effects().forEach(this::carryOut);
  }

  private void carryOut(Effect effect) {
    effects.add(effect);
    switch (effect) {
      case Effect.Start(var node, var work, var backup) -> {
        running.put(work.id(), node);
        works.put(work.id(), work);
        if (backup) {
          backups.add(work.id());
        }
      }
      case Effect.Probe _, Effect.Append _, Effect.Cancel _, Effect.Acknowledge _, Effect.Forget _, Effect.Plan _, Effect.PrepareOutput _,
          Effect.CommitOutput _, Effect.AbortOutput _, Effect.Reply _ -> { }
    }
  }

  /** Time passes, with heartbeats of all workers but these. */
  void pass(long millis, String... silent) {
    long until = nowMillis + millis;
    while (nowMillis < until) {
      nowMillis = Math.min(until, nowMillis + 500);
      slots.keySet().stream().filter(node -> !List.of(silent).contains(node)).forEach(this::report);
      input(new Input.Ticked());
    }
  }

  /** The whole cluster stands still. */
  void passWithoutReports(long millis) {
    nowMillis += millis;
    input(new Input.Ticked());
  }

  void reportAll() {
    slots.keySet().forEach(this::report);
  }

  private void report(String node) {
    report(node, List.of());
  }

  private void report(String node, List<EndedAttempt> ended) {
    reports++;
    List<RunningAttempt> now = running.entrySet().stream().filter(attempt -> attempt.getValue().equals(node))
        .map(attempt -> new RunningAttempt(attempt.getKey(),
            new TaskProgress(fractions.getOrDefault(attempt.getKey(), 0.0), Counters.NONE, Optional.empty()), 0)).toList();
    input(new Input.Reported(new WorkerReport(site(node), reports, slots.get(node), now, ended, new TreeSet<>())));
  }

  private WorkerSite site(String node) {
    return new WorkerSite(node, incarnations.get(node), "host", 1);
  }

  void restart(String node) {
    running.values().removeIf(on -> on.equals(node));
    incarnations.merge(node, 1L, Long::sum);
    report(node);
  }

  void progress(AttemptId attempt, double fraction) {
    fractions.put(attempt, fraction);
  }

  void end(AttemptId attempt, TaskOutcome outcome, long millis) {
    String node = running.remove(attempt);
    report(node, List.of(new EndedAttempt(attempt, outcome, millis)));
  }

  void done(AttemptId attempt) {
    end(attempt, success(attempt), 1_000);
  }

  private TaskOutcome success(AttemptId attempt) {
    return attempt.task().phase() == Phase.MAP ? new TaskOutcome.MapDone(Counters.NONE, Collections.nCopies(reducers, 10L))
        : new TaskOutcome.ReduceDone(Counters.NONE);
  }

  void fail(AttemptId attempt, RecordPosition... at) {
    end(attempt, new TaskOutcome.Failed("boom", List.of(at).stream().findFirst(), false), 1_000);
  }

  /** Ends what runs, and what is started then, until nothing does. */
  void finishAll(Phase phase) {
    while (running.keySet().stream().anyMatch(attempt -> attempt.task().phase() == phase)) {
      done(running.keySet().stream().filter(attempt -> attempt.task().phase() == phase).findFirst().orElseThrow());
    }
  }

  /** The attempt that was started last for that task. */
  AttemptId latest(String task) {
    return works.keySet().stream().filter(attempt -> attempt.task().toString().equals(task)).reduce((_, later) -> later).orElseThrow();
  }

  List<String> runningTasks() {
    return running.keySet().stream().map(attempt -> attempt.task().toString()).sorted().toList();
  }

  JobStatus status(String jobId) {
    return JobViews.of(state, state.jobs().find(jobId).orElseThrow());
  }

  List<JobReply> replies() {
    return effects.stream().filter(Effect.Reply.class::isInstance).map(reply -> ((Effect.Reply) reply).reply()).toList();
  }

  private Now now() {
    return new Now(nowMillis, nowMillis);
  }
}
