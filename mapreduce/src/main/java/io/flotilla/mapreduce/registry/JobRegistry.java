package io.flotilla.mapreduce.registry;

import io.flotilla.mapreduce.InputSplit;
import io.flotilla.mapreduce.JobPlan;
import io.flotilla.mapreduce.task.AttemptId;
import io.flotilla.mapreduce.task.TaskId;
import io.flotilla.mapreduce.task.TaskId.Phase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * All that is known of jobs, whoever coordinates. Immutable; {@link #apply} gives the next one, the same on each replica.
 *
 * @param epoch number of the present coordinator's reign; rises with each
 * @param coordinator who that is
 * @param lastNumber of the newest job, remembered or not
 * @param jobs by number
 */
public record JobRegistry(long epoch, String coordinator, long lastNumber, SortedMap<Long, JobRecord> jobs) {
  public static final JobRegistry EMPTY = new JobRegistry(0, "", 0, new TreeMap<>());

  /** The registry after a command, and what to answer. */
  public record Outcome(JobRegistry next, LogReply reply) {}

  public JobRegistry {
    jobs = Collections.unmodifiableSortedMap(new TreeMap<>(jobs));
  }

  public Optional<JobRecord> find(String jobId) {
    return JobRecord.number(jobId).map(number -> jobs.get(number));
  }

  public Optional<JobRecord> findRequest(String requestId) {
    return jobs.values().stream().filter(job -> job.requestId().equals(requestId)).findFirst();
  }

  public Outcome apply(JobCommand command) {
    return switch (command) {
      case JobCommand.Coordinate(var who) -> {
        JobRegistry next = who.equals(coordinator) ? this : new JobRegistry(epoch + 1, who, lastNumber, jobs);
        yield new Outcome(next, new LogReply.Accepted(next.epoch));
      }
      case JobCommand.Change change when change.epoch() != epoch -> new Outcome(this, new LogReply.Deposed(epoch));
      case JobCommand.Change(_, var changes) -> {
        JobRegistry next = this;
        for (JobChange change : changes) {
          next = next.with(change);
        }
        yield new Outcome(next, new LogReply.Accepted(epoch));
      }
    };
  }

  /** The registry after one change. */
  public JobRegistry with(JobChange change) {
    return switch (change) {
      case JobChange.Submitted submitted -> onSubmitted(submitted);
      case JobChange.SplitsAdded added -> staged(added.jobId(), stage -> onSplitsAdded(stage, added));
      case JobChange.PlanCompleted completed -> staged(completed.jobId(), stage -> onPlanCompleted(stage, completed));
      case JobChange.TaskDone done -> running(done.task(), phase -> phase.isDone(done.task().number())
          ? phase : phase.withDone(done.task().number(), done.how(), done.retries(), done.backups()));
      case JobChange.AttemptFailed failed -> running(failed.attempt().task(), phase -> onAttemptFailed(phase, failed));
      case JobChange.RecordSkipped skipped -> running(skipped.task(), phase -> onRecordSkipped(phase, skipped));
      case JobChange.MapsLost lost -> onMapsLost(lost);
      case JobChange.Decided(var jobId, var verdict) -> staged(jobId, stage -> onDecided(jobId, stage, verdict));
      case JobChange.Ended ended -> onEnded(ended);
    };
  }

  private JobRegistry onSubmitted(JobChange.Submitted submitted) {
    if (findRequest(submitted.requestId()).isPresent()) {
      return this;
    }
    long number = lastNumber + 1;
    SortedMap<Long, JobRecord> more = new TreeMap<>(jobs);
    more.put(number, new JobRecord(number, submitted.requestId(), submitted.spec(), submitted.nowMillis(), new Stage.Planning(List.of())));
    return new JobRegistry(epoch, coordinator, number, more);
  }

  private static Stage onSplitsAdded(Stage stage, JobChange.SplitsAdded added) {
    if (!(stage instanceof Stage.Planning(var splits)) || added.first() > splits.size()) {
      return stage;
    }
    List<InputSplit> more = new ArrayList<>(splits.subList(0, added.first()));
    more.addAll(added.splits());
    return new Stage.Planning(more);
  }

  private static Stage onPlanCompleted(Stage stage, JobChange.PlanCompleted completed) {
    return stage instanceof Stage.Planning(var splits)
        ? new Stage.Running(new JobPlan(splits, completed.reducers(), completed.boundaries()), PhaseRecord.of(splits.size()),
            PhaseRecord.of(completed.reducers()))
        : stage;
  }

  private static PhaseRecord onAttemptFailed(PhaseRecord phase, JobChange.AttemptFailed failed) {
    int task = failed.attempt().task().number();
    return phase.isDone(task) ? phase : phase.withTrouble(task,
        phase.trouble(task).withFailure(failed.attempt().attempt(), failed.node(), failed.reason(), failed.at()));
  }

  private static PhaseRecord onRecordSkipped(PhaseRecord phase, JobChange.RecordSkipped skipped) {
    int task = skipped.task().number();
    return phase.withTrouble(task, phase.trouble(task).withBadRecord(skipped.position()));
  }

  private JobRegistry onMapsLost(JobChange.MapsLost lost) {
    JobRegistry next = this;
    for (AttemptId attempt : lost.attempts()) {
      int task = attempt.task().number();
      next = next.running(attempt.task(), phase -> {
        DoneTask done = phase.done().get(task);
        // Another attempt's output is not what was lost.
        return done != null && done.attempt() == attempt.attempt() ? phase.withoutDone(task, lost.unreachable()) : phase;
      });
    }
    return next;
  }

  private static Stage onDecided(String jobId, Stage stage, Verdict verdict) {
    return switch (stage) {
      case Stage.Planning(var splits) -> new Stage.Ending(verdict, PhaseSummary.of(jobId, Phase.MAP, PhaseRecord.of(splits.size())),
          PhaseSummary.of(jobId, Phase.REDUCE, PhaseRecord.of(0)));
      case Stage.Running(_, var map, var reduce) -> new Stage.Ending(verdict, PhaseSummary.of(jobId, Phase.MAP, map),
          PhaseSummary.of(jobId, Phase.REDUCE, reduce));
      case Stage.Ending _, Stage.Ended _ -> stage;
    };
  }

  private JobRegistry onEnded(JobChange.Ended ended) {
    JobRegistry next = staged(ended.jobId(), stage -> stage instanceof Stage.Ending(var verdict, var map, var reduce)
        ? new Stage.Ended(verdict, map, reduce, ended.nowMillis()) : stage);
    List<JobRecord> over = next.jobs.values().stream().filter(JobRecord::isEnded).toList();
    SortedMap<Long, JobRecord> kept = new TreeMap<>(next.jobs);
    over.subList(0, Math.max(0, over.size() - ended.remembered())).forEach(forgotten -> kept.remove(forgotten.number()));
    return new JobRegistry(epoch, coordinator, lastNumber, kept);
  }

  private JobRegistry staged(String jobId, UnaryOperator<Stage> transition) {
    return find(jobId).map(job -> {
      SortedMap<Long, JobRecord> changed = new TreeMap<>(jobs);
      changed.put(job.number(), job.withStage(transition.apply(job.stage())));
      return new JobRegistry(epoch, coordinator, lastNumber, changed);
    }).orElse(this);
  }

  private JobRegistry running(TaskId task, UnaryOperator<PhaseRecord> change) {
    return staged(task.jobId(), stage -> switch (stage) {
      case Stage.Running(var plan, var map, var reduce) when task.phase() == Phase.MAP ->
          new Stage.Running(plan, change.apply(map), reduce);
      case Stage.Running(var plan, var map, var reduce) -> new Stage.Running(plan, map, change.apply(reduce));
      case Stage.Planning _, Stage.Ending _, Stage.Ended _ -> stage;
    });
  }
}
