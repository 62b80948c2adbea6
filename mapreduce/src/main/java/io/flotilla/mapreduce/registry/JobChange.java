package io.flotilla.mapreduce.registry;

import io.flotilla.mapreduce.InputSplit;
import io.flotilla.mapreduce.JobSpec;
import io.flotilla.mapreduce.task.AttemptId;
import io.flotilla.mapreduce.task.RecordPosition;
import io.flotilla.mapreduce.task.TaskId;
import java.util.List;
import java.util.Optional;

/** One step of a job. Each may be repeated; one that does not fit what is there changes nothing. */
public sealed interface JobChange {
  /** A job came in. */
  record Submitted(JobSpec spec, String requestId, long nowMillis) implements JobChange {}

  /** Splits of a job's plan, the first of which is number {@code first}; 0 begins the plan anew. */
  record SplitsAdded(String jobId, int first, List<InputSplit> splits) implements JobChange {
    public SplitsAdded {
      splits = List.copyOf(splits);
    }
  }

  /** The plan is whole: the job runs. */
  record PlanCompleted(String jobId, int reducers, List<byte[]> boundaries) implements JobChange {
    public PlanCompleted {
      boundaries = List.copyOf(boundaries);
    }
  }

  /** A task is done; of two attempts that say so, the first counts. */
  record TaskDone(TaskId task, DoneTask how, int retries, int backups) implements JobChange {}

  /** An attempt failed, and another may do better. */
  record AttemptFailed(AttemptId attempt, String node, String reason, Optional<RecordPosition> at) implements JobChange {}

  /** So many attempts failed at a record that it is left out from now on. */
  record RecordSkipped(TaskId task, RecordPosition position) implements JobChange {}

  /**
   * The output of map tasks is gone, so they are not done any more.
   *
   * @param unreachable their node lives, but a reduce task could not fetch them
   */
  record MapsLost(List<AttemptId> attempts, boolean unreachable) implements JobChange {
    public MapsLost {
      attempts = List.copyOf(attempts);
    }
  }

  /** How the job ends is decided. */
  record Decided(String jobId, Verdict verdict) implements JobChange {}

  /**
   * Nothing is left to do for the job.
   *
   * @param remembered so many ended jobs are kept, the newest
   */
  record Ended(String jobId, long nowMillis, int remembered) implements JobChange {}
}
