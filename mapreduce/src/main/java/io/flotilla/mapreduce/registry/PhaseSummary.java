package io.flotilla.mapreduce.registry;

import io.flotilla.mapreduce.Counters;
import io.flotilla.mapreduce.client.JobStatus.BadRecord;
import io.flotilla.mapreduce.client.JobStatus.SlowTask;
import io.flotilla.mapreduce.task.TaskId;
import io.flotilla.mapreduce.task.TaskId.Phase;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * What is remembered of one half of a job that has ended.
 *
 * @param slowest the tasks that took longest, slowest first
 * @param badRecords the first of those that were left out
 */
public record PhaseSummary(int tasks, int done, int retries, int backups, Counters counters, List<SlowTask> slowest,
    List<BadRecord> badRecords) {
  private static final int SLOWEST = 3;
  private static final int BAD_RECORDS = 10;

  public PhaseSummary {
    slowest = List.copyOf(slowest);
    badRecords = List.copyOf(badRecords);
  }

  /** The half as it stands. */
  public static PhaseSummary of(String jobId, Phase phase, PhaseRecord record) {
    return new PhaseSummary(record.tasks(), record.done().size(), record.retries(), record.backups(), record.counters(),
        slowest(jobId, phase, record), badRecords(jobId, phase, record));
  }

  /** The median of how long the tasks took that are done; 0 if none is. */
  public static long medianMillis(PhaseRecord record) {
    List<Long> sorted = record.done().values().stream().map(DoneTask::millis).sorted().toList();
    return sorted.isEmpty() ? 0 : sorted.get(sorted.size() / 2);
  }

  private static List<SlowTask> slowest(String jobId, Phase phase, PhaseRecord record) {
    long median = medianMillis(record);
    Comparator<Map.Entry<Integer, DoneTask>> byTime = Comparator.comparingLong(task -> -task.getValue().millis());
    return record.done().entrySet().stream().sorted(byTime).limit(SLOWEST)
        .map(task -> new SlowTask(new TaskId(jobId, phase, task.getKey()).toString(), task.getValue().site().node(),
            task.getValue().millis(), median))
        .toList();
  }

  private static List<BadRecord> badRecords(String jobId, Phase phase, PhaseRecord record) {
    return record.troubles().entrySet().stream().flatMap(task -> task.getValue().badRecords().entrySet().stream()
        .map(bad -> new BadRecord(new TaskId(jobId, phase, task.getKey()).toString(), bad.getKey(), bad.getValue())))
        .limit(BAD_RECORDS).toList();
  }
}
