package io.flotilla.mapreduce.coordinator;

import io.flotilla.mapreduce.coordinator.WorkerReport.EndedAttempt;
import io.flotilla.mapreduce.coordinator.WorkerReport.RunningAttempt;
import io.flotilla.mapreduce.registry.DoneTask;
import io.flotilla.mapreduce.registry.JobChange;
import io.flotilla.mapreduce.registry.JobRecord;
import io.flotilla.mapreduce.registry.PhaseRecord;
import io.flotilla.mapreduce.registry.Stage;
import io.flotilla.mapreduce.registry.WorkerSite;
import io.flotilla.mapreduce.task.AttemptId;
import io.flotilla.mapreduce.task.TaskId;
import io.flotilla.mapreduce.task.TaskOutcome;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a coordinator makes of its workers' reports, and of their silence. */
final class Reports {
  private Reports() {}

  static void onReport(Draft draft, WorkerReport report) {
    WorkerSite site = report.site();
    WorkerState known = draft.workers.get(site.node());
    if (known != null && isOlder(report, known)) {
      return;
    }
    if (known != null && known.site().incarnation() != site.incarnation()) {
      draft.attempts.values().removeIf(attempt -> attempt.node().equals(site.node()));
    }
    draft.gone.remove(site.node(), site.incarnation()); // the answer was wrong, then, or it comes late: its silence will tell
    draft.workers.put(site.node(), new WorkerState(site, report.number(), draft.now.millis(), report.slots()));
    report.ended().forEach(ended -> onEnded(draft, site, ended));
    report.running().forEach(running -> onRunning(draft, site.node(), running));
    onMissing(draft, report);
    report.jobs().stream().filter(jobId -> draft.jobs().find(jobId).map(JobRecord::isEnded).orElse(true))
        .forEach(jobId -> draft.effect(new Effect.Forget(site.node(), jobId)));
  }

  /** Messages may come late, twice, and in another order. */
  private static boolean isOlder(WorkerReport report, WorkerState known) {
    long incarnation = known.site().incarnation();
    return report.site().incarnation() < incarnation
        || (report.site().incarnation() == incarnation && report.number() <= known.number());
  }

  private static void onEnded(Draft draft, WorkerSite site, EndedAttempt ended) {
    draft.attempts.remove(ended.id());
    TaskId task = ended.id().task();
    if (draft.isWanted(task)) {
      switch (ended.outcome()) {
        case TaskOutcome.MapDone(var counters, var segmentBytes) ->
            draft.taskDone(task, new DoneTask(ended.id().attempt(), site, ended.millis(), counters, segmentBytes));
        case TaskOutcome.ReduceDone(var counters) ->
            draft.taskDone(task, new DoneTask(ended.id().attempt(), site, ended.millis(), counters, List.of()));
        case TaskOutcome.Failed failed -> Failures.onFailed(draft, ended.id(), site.node(), failed);
        case TaskOutcome.MapOutputLost(var lost, var reason) -> onMapOutputLost(draft, lost, reason);
        case TaskOutcome.Cancelled _ -> { }
      }
    }
    draft.effect(new Effect.Acknowledge(site.node(), ended.id()));
  }

  private static void onMapOutputLost(Draft draft, List<AttemptId> lost, String reason) {
    List<AttemptId> present = lost.stream().filter(attempt -> isOutput(draft, attempt)).toList();
    if (present.isEmpty()) {
      return;
    }
    draft.change(new JobChange.MapsLost(present, true));
    Failures.judgeLosses(draft, present, reason);
  }

  private static boolean isOutput(Draft draft, AttemptId attempt) {
    return draft.phase(attempt.task()).map(phase -> phase.done().get(attempt.task().number()))
        .map(done -> done.attempt() == attempt.attempt()).orElse(false);
  }

  private static void onRunning(Draft draft, String node, RunningAttempt running) {
    AttemptId id = running.id();
    AttemptState known = draft.attempts.get(id);
    AttemptState attempt = known == null ? adopted(draft, node, running) : known.withProgress(running.progress());
    draft.attempts.put(id, attempt);
    if (attempt.cancelled() || !draft.isWanted(id.task())) {
      draft.cancel(attempt);
    }
  }

  /** Somebody else started it: a coordinator before this one. */
  private static AttemptState adopted(Draft draft, String node, RunningAttempt running) {
    boolean isBackup = draft.live(running.id().task()).findAny().isPresent();
    return new AttemptState(running.id(), node, draft.now.millis() - running.elapsedMillis(), isBackup, Optional.empty(),
        running.progress(), false);
  }

  /** What was begun and is now unknown there is lost; what was never begun may not have been heard. */
  private static void onMissing(Draft draft, WorkerReport report) {
    Set<AttemptId> reported = report.running().stream().map(RunningAttempt::id).collect(Collectors.toCollection(HashSet::new));
    List<AttemptState> missing = draft.attempts.values().stream()
        .filter(attempt -> attempt.node().equals(report.site().node()) && !reported.contains(attempt.id())).toList();
    for (AttemptState attempt : missing) {
      boolean mayBeUnheard = attempt.unconfirmed().isPresent() && !attempt.cancelled()
          && draft.now.millis() - attempt.startedMillis() <= draft.settings.workerTimeoutMillis();
      if (mayBeUnheard) {
        draft.effect(new Effect.Start(attempt.node(), attempt.unconfirmed().get(), attempt.backup()));
      } else {
        draft.attempts.remove(attempt.id());
      }
    }
  }

  /** Asks after those that are silent, so that one which was killed need not be waited for. */
  static void probe(Draft draft) {
    Stream<WorkerSite> silent = draft.workers.values().stream()
        .filter(worker -> draft.now.millis() - worker.heardMillis() > draft.settings.suspectMillis()).map(WorkerState::site);
    Stream<WorkerSite> unheard = draft.isYoung() ? Stream.empty() : draft.jobs().jobs().values().stream()
        .filter(job -> job.stage() instanceof Stage.Running)
        .flatMap(job -> ((Stage.Running) job.stage()).map().done().values().stream()).map(DoneTask::site)
        .filter(site -> !draft.workers.containsKey(site.node()) && draft.isAlive(site));
    Stream.concat(silent, unheard).distinct().forEach(site -> draft.effect(new Effect.Probe(site)));
  }

  static void onProbed(Draft draft, WorkerSite site, boolean gone) {
    if (gone) {
      draft.gone.merge(site.node(), site.incarnation(), Math::max);
      draft.workers.computeIfPresent(site.node(), (_, worker) -> draft.isAlive(worker.site()) ? worker : null);
    }
  }

  /** A worker that has been silent for too long is taken for dead, with all that it was doing. */
  static void expire(Draft draft) {
    draft.workers.values().removeIf(worker -> draft.now.millis() - worker.heardMillis() > draft.settings.workerTimeoutMillis());
    draft.attempts.values().removeIf(attempt -> !draft.workers.containsKey(attempt.node()));
  }

  /** Map tasks whose output went with its node have to run again (§3.3 of the paper), as long as anybody may want it. */
  static void reviveLostMaps(Draft draft, JobRecord job, PhaseRecord map) {
    List<AttemptId> lost = map.done().entrySet().stream().filter(task -> !draft.isAlive(task.getValue().site()))
        .map(task -> new AttemptId(new TaskId(job.id(), TaskId.Phase.MAP, task.getKey()), task.getValue().attempt())).toList();
    if (!lost.isEmpty()) {
      draft.change(new JobChange.MapsLost(lost, false));
    }
  }
}
