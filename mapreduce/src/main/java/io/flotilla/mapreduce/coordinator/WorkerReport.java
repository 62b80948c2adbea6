package io.flotilla.mapreduce.coordinator;

import io.flotilla.mapreduce.registry.WorkerSite;
import io.flotilla.mapreduce.task.AttemptId;
import io.flotilla.mapreduce.task.TaskOutcome;
import io.flotilla.mapreduce.task.TaskProgress;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A worker's heartbeat: all that the worker is and does, so any report makes up for those lost before it.
 *
 * @param number rises with each report of one incarnation
 * @param slots attempts that it runs at once
 * @param ended attempts whose end nobody has acknowledged yet
 * @param jobs it may have files of
 */
public record WorkerReport(WorkerSite site, long number, int slots, List<RunningAttempt> running, List<EndedAttempt> ended,
    SortedSet<String> jobs) {
  public WorkerReport {
    running = List.copyOf(running);
    ended = List.copyOf(ended);
    jobs = Collections.unmodifiableSortedSet(new TreeSet<>(jobs));
  }

  /** An attempt under way. */
  public record RunningAttempt(AttemptId id, TaskProgress progress, long elapsedMillis) {}

  /** An attempt that ended after so long. */
  public record EndedAttempt(AttemptId id, TaskOutcome outcome, long millis) {}
}
