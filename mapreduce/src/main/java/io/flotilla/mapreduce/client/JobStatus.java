package io.flotilla.mapreduce.client;

import io.flotilla.mapreduce.Counters;
import io.flotilla.mapreduce.JobSpec;
import io.flotilla.mapreduce.task.RecordPosition;
import java.util.List;
import java.util.Optional;

/**
 * One job as it stands.
 *
 * @param coordinator the node that coordinates it
 * @param submittedMillis wall clock, milliseconds since the epoch
 * @param endedMillis likewise; empty while it runs
 * @param counters of finished tasks, and while the job runs also of attempts under way
 * @param failure which task failed, where and why
 * @param slowest the tasks that took longest, slowest first: the skew
 * @param badRecords that are left out because attempts failed at them; of many, some
 */
public record JobStatus(String id, JobSpec spec, State state, Optional<String> coordinator, long submittedMillis,
    Optional<Long> endedMillis, PhaseStatus map, PhaseStatus reduce, Counters counters, Optional<String> failure,
    List<SlowTask> slowest, List<BadRecord> badRecords) {
  /** Planning -> Running -> Succeeded; any of the first two -> Failed, Cancelled. */
  public enum State {
    PLANNING, RUNNING, SUCCEEDED, FAILED, CANCELLED
  }

  public JobStatus {
    slowest = List.copyOf(slowest);
    badRecords = List.copyOf(badRecords);
  }

  /**
   * One half of it.
   *
   * @param fraction of the work, from 0 to 1, attempts under way included
   * @param retries attempts beyond a task's first that were started because an earlier one failed or was lost
   * @param backups attempts that were started beside one that was slow
   */
  public record PhaseStatus(int tasks, int idle, int inProgress, int done, double fraction, int retries, int backups) {}

  public record SlowTask(String task, String node, long millis, long medianMillis) {}

  /** One that a task left out, and how attempts failed at it. */
  public record BadRecord(String task, RecordPosition at, String reason) {}
}
