package io.flotilla.mapreduce.coordinator;

import io.flotilla.mapreduce.Counters;
import io.flotilla.mapreduce.client.JobStatus;
import io.flotilla.mapreduce.client.JobStatus.PhaseStatus;
import io.flotilla.mapreduce.client.JobStatus.SlowTask;
import io.flotilla.mapreduce.client.JobStatus.State;
import io.flotilla.mapreduce.registry.JobRecord;
import io.flotilla.mapreduce.registry.PhaseRecord;
import io.flotilla.mapreduce.registry.PhaseSummary;
import io.flotilla.mapreduce.registry.Stage;
import io.flotilla.mapreduce.registry.Verdict;
import io.flotilla.mapreduce.task.TaskId;
import io.flotilla.mapreduce.task.TaskId.Phase;
import io.flotilla.mapreduce.task.TaskProgress;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Jobs as their users see them. */
public final class JobViews {
  private JobViews() {}

  /** All jobs, newest first. */
  public static List<JobStatus> all(SchedulerState state) {
    return state.jobs().jobs().values().stream().sorted(Comparator.comparingLong(job -> -job.number()))
        .map(job -> of(state, job)).toList();
  }

  /** One job, with what is in progress of it. */
  public static JobStatus of(SchedulerState state, JobRecord job) {
    return switch (job.stage()) {
      case Stage.Planning _ -> status(state, job, State.PLANNING, none(), none(), Counters.NONE, Optional.empty(),
          List.of(), Optional.empty());
      case Stage.Running(_, var map, var reduce) -> running(state, job, map, reduce);
      case Stage.Ending(var verdict, var map, var reduce) -> over(state, job, verdict, map, reduce, Optional.empty());
      case Stage.Ended(var verdict, var map, var reduce, var endedMillis) ->
          over(state, job, verdict, map, reduce, Optional.of(endedMillis));
    };
  }

  private static JobStatus running(SchedulerState state, JobRecord job, PhaseRecord map, PhaseRecord reduce) {
    Map<TaskId, TaskProgress> mapProgress = progress(state, job.id(), Phase.MAP);
    Map<TaskId, TaskProgress> reduceProgress = progress(state, job.id(), Phase.REDUCE);
    Counters counters = Stream.of(mapProgress, reduceProgress).flatMap(tasks -> tasks.values().stream()).map(TaskProgress::counters)
        .reduce(map.counters().plus(reduce.counters()), Counters::plus);
    return status(state, job, State.RUNNING, phase(state, job.id(), Phase.MAP, map, mapProgress),
        phase(state, job.id(), Phase.REDUCE, reduce, reduceProgress), counters, Optional.empty(),
        List.of(PhaseSummary.of(job.id(), Phase.MAP, map), PhaseSummary.of(job.id(), Phase.REDUCE, reduce)), Optional.empty());
  }

  /** Its tidying up is of no interest, but only when that is over it has ended. */
  private static JobStatus over(SchedulerState state, JobRecord job, Verdict verdict, PhaseSummary map, PhaseSummary reduce,
      Optional<Long> endedMillis) {
    return status(state, job, endedMillis.isPresent() ? verdict.state() : State.RUNNING, phase(map), phase(reduce),
        map.counters().plus(reduce.counters()), verdict.failure(), List.of(map, reduce), endedMillis);
  }

  /** Of each task in progress, the attempt that is furthest. */
  private static Map<TaskId, TaskProgress> progress(SchedulerState state, String jobId, Phase phase) {
    Map<TaskId, TaskProgress> best = new LinkedHashMap<>();
    state.attempts().values().stream()
        .filter(attempt -> !attempt.cancelled() && attempt.id().task().jobId().equals(jobId) && attempt.id().task().phase() == phase)
        .forEach(attempt -> best.merge(attempt.id().task(), attempt.progress(),
            (one, other) -> one.fraction() >= other.fraction() ? one : other));
    return best;
  }

  private static PhaseStatus phase(SchedulerState state, String jobId, Phase phase, PhaseRecord record,
      Map<TaskId, TaskProgress> progress) {
    double begun = progress.values().stream().mapToDouble(TaskProgress::fraction).sum();
    double fraction = record.tasks() == 0 ? 1 : Math.min(1, (record.done().size() + begun) / record.tasks());
    List<Tally> tallies = state.tallies().entrySet().stream()
        .filter(tally -> tally.getKey().jobId().equals(jobId) && tally.getKey().phase() == phase).map(Map.Entry::getValue).toList();
    return new PhaseStatus(record.tasks(), record.tasks() - record.done().size() - progress.size(), progress.size(),
        record.done().size(), fraction, record.retries() + tallies.stream().mapToInt(Tally::retries).sum(),
        record.backups() + tallies.stream().mapToInt(Tally::backups).sum());
  }

  private static PhaseStatus phase(PhaseSummary summary) {
    double fraction = summary.tasks() == 0 ? 0 : (double) summary.done() / summary.tasks();
    return new PhaseStatus(summary.tasks(), summary.tasks() - summary.done(), 0, summary.done(), fraction, summary.retries(),
        summary.backups());
  }

  private static PhaseStatus none() {
    return new PhaseStatus(0, 0, 0, 0, 0, 0, 0);
  }

  private static List<SlowTask> slowest(List<PhaseSummary> halves) {
    return halves.stream().flatMap(half -> half.slowest().stream()).sorted(Comparator.comparingLong(task -> -task.millis())).toList();
  }

  private static JobStatus status(SchedulerState state, JobRecord job, State shown, PhaseStatus map, PhaseStatus reduce,
      Counters counters, Optional<String> failure, List<PhaseSummary> halves, Optional<Long> endedMillis) {
    return new JobStatus(job.id(), job.spec(), shown, Optional.of(state.node()), job.submittedMillis(), endedMillis, map, reduce,
        counters, failure, slowest(halves), halves.stream().flatMap(half -> half.badRecords().stream()).toList());
  }
}
