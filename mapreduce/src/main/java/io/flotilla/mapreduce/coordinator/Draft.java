package io.flotilla.mapreduce.coordinator;

import io.flotilla.mapreduce.registry.DoneTask;
import io.flotilla.mapreduce.registry.JobChange;
import io.flotilla.mapreduce.registry.JobRecord;
import io.flotilla.mapreduce.registry.JobRegistry;
import io.flotilla.mapreduce.registry.PhaseRecord;
import io.flotilla.mapreduce.registry.Stage;
import io.flotilla.mapreduce.registry.Verdict;
import io.flotilla.mapreduce.registry.WorkerSite;
import io.flotilla.mapreduce.task.AttemptId;
import io.flotilla.mapreduce.task.TaskId;
import io.flotilla.mapreduce.task.TaskId.Phase;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** A step while it is being made: the next state, still open, and the effects so far. Lives within one call of {@link Scheduler#step}. */
final class Draft {
  final SchedulerSettings settings;
  final Now now;
  final SortedMap<String, WorkerState> workers;
  final SortedMap<String, Long> gone;
  final Map<AttemptId, AttemptState> attempts;
  final Map<TaskId, Tally> tallies;
  final SortedMap<Long, Integer> started;
  final SortedSet<Long> prepared;
  final SortedSet<Long> busy;
  final List<SchedulerState.Waiting> waiting;

  private final SchedulerState before;
  private final List<Effect> effects = new ArrayList<>();
  private JobRegistry jobs;

  Draft(SchedulerState before, SchedulerSettings settings, Now now) {
    this.before = before;
    this.settings = settings;
    this.now = now;
    this.jobs = before.jobs();
    this.workers = new TreeMap<>(before.workers());
    this.gone = new TreeMap<>(before.gone());
    this.attempts = new LinkedHashMap<>(before.attempts());
    this.tallies = new LinkedHashMap<>(before.tallies());
    this.started = new TreeMap<>(before.started());
    this.prepared = new TreeSet<>(before.prepared());
    this.busy = new TreeSet<>(before.busy());
    this.waiting = new ArrayList<>(before.waiting());
    long pausedMillis = now.millis() - before.latestMillis();
    if (pausedMillis > settings.suspectMillis()) {
      workers.replaceAll((_, worker) -> worker.heardLater(pausedMillis));
    }
  }

  Step done() {
    return new Step(new SchedulerState(before.node(), before.beganMillis(), now.millis(), before.expected(), jobs, workers, gone, attempts,
        tallies, started, prepared, busy, waiting), effects);
  }

  JobRegistry jobs() {
    return jobs;
  }

  String node() {
    return before.node();
  }

  void effect(Effect effect) {
    effects.add(effect);
  }

  void change(JobChange change) {
    jobs = jobs.with(change);
    effects.add(new Effect.Append(change));
  }

  /** Whether workers may yet say what they have in progress: to start it again now could be to start it twice. */
  boolean isAdopting() {
    return now.millis() - before.beganMillis() < settings.adoptionMillis() && !workers.keySet().containsAll(before.expected());
  }

  /** Whether the reign has just begun, so that nobody's silence means anything yet. */
  boolean isYoung() {
    return now.millis() - before.beganMillis() <= settings.suspectMillis();
  }

  /** Whether what a worker has on its disk can still be fetched, as far as is known. */
  boolean isAlive(WorkerSite site) {
    if (gone.getOrDefault(site.node(), 0L) >= site.incarnation()) {
      return false;
    }
    WorkerState worker = workers.get(site.node());
    return worker == null
        ? now.millis() - before.beganMillis() <= settings.workerTimeoutMillis()
        : worker.site().incarnation() == site.incarnation();
  }

  /** The task's half of its job, if the job runs and has such a task. */
  Optional<PhaseRecord> phase(TaskId task) {
    return jobs.find(task.jobId()).flatMap(job -> job.stage() instanceof Stage.Running running
        ? Optional.of(task.phase() == Phase.MAP ? running.map() : running.reduce()) : Optional.empty())
        .filter(phase -> task.number() < phase.tasks());
  }

  /** Whether it would still be of use if that task were done. */
  boolean isWanted(TaskId task) {
    return phase(task).map(phase -> !phase.isDone(task.number())).orElse(false);
  }

  /** Attempts that stand for the task. */
  Stream<AttemptState> live(TaskId task) {
    return attempts.values().stream().filter(attempt -> !attempt.cancelled() && attempt.id().task().equals(task));
  }

  Tally tally(TaskId task) {
    return tallies.getOrDefault(task, Tally.NONE);
  }

  void cancel(AttemptState attempt) {
    attempts.put(attempt.id(), attempt.withCancelled());
    effect(new Effect.Cancel(attempt.node(), attempt.id()));
  }

  /** The first completion wins; whoever else is at it may stop. */
  void taskDone(TaskId task, DoneTask how) {
    Tally tally = tally(task);
    tallies.remove(task);
    change(new JobChange.TaskDone(task, how, tally.retries(), tally.backups()));
    live(task).toList().forEach(this::cancel);
  }

  /** How the job ends is settled: nothing of it needs to run any more. */
  void decide(String jobId, Verdict verdict) {
    change(new JobChange.Decided(jobId, verdict));
    attempts.values().stream().filter(attempt -> attempt.id().task().jobId().equals(jobId) && !attempt.cancelled()).toList()
        .forEach(this::cancel);
    tallies.keySet().removeIf(task -> task.jobId().equals(jobId));
  }

  /** Nothing is left to do for the job. */
  void end(JobRecord job) {
    change(new JobChange.Ended(job.id(), now.wallMillis(), settings.rememberedJobs()));
    started.remove(job.number());
    prepared.remove(job.number());
    workers.keySet().forEach(node -> effect(new Effect.Forget(node, job.id())));
  }
}
