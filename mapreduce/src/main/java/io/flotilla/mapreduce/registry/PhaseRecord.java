package io.flotilla.mapreduce.registry;

import static io.flotilla.raft.Checks.check;

import io.flotilla.mapreduce.Counters;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One half of a job, as far as it must outlive its coordinator. What is in progress is not here: the workers know it.
 *
 * @param tasks how many there are, numbered from 0
 * @param retries see {@link io.flotilla.mapreduce.client.JobStatus.PhaseStatus}; of tasks that are done
 * @param backups likewise
 */
public record PhaseRecord(int tasks, SortedMap<Integer, DoneTask> done, SortedMap<Integer, Trouble> troubles, int retries, int backups) {
  public PhaseRecord {
    done = Collections.unmodifiableSortedMap(new TreeMap<>(done));
    troubles = Collections.unmodifiableSortedMap(new TreeMap<>(troubles));
    check(done.isEmpty() || (done.firstKey() >= 0 && done.lastKey() < tasks), "task %s is one of %d", done.keySet(), tasks);
  }

  static PhaseRecord of(int tasks) {
    return new PhaseRecord(tasks, Collections.emptySortedMap(), Collections.emptySortedMap(), 0, 0);
  }

  public boolean isDone() {
    return done.size() == tasks;
  }

  public boolean isDone(int task) {
    return done.containsKey(task);
  }

  public Trouble trouble(int task) {
    return troubles.getOrDefault(task, Trouble.NONE);
  }

  /** Of the tasks that are done, each counted once. */
  public Counters counters() {
    SortedMap<String, Long> sums = new TreeMap<>();
    done.values().forEach(task -> task.counters().values().forEach((name, value) -> sums.merge(name, value, Long::sum)));
    return new Counters(sums);
  }

  PhaseRecord withDone(int task, DoneTask how, int moreRetries, int moreBackups) {
    SortedMap<Integer, DoneTask> more = new TreeMap<>(done);
    more.put(task, how);
    return new PhaseRecord(tasks, more, troubles, retries + moreRetries, backups + moreBackups);
  }

  PhaseRecord withoutDone(int task, boolean unreachable) {
    SortedMap<Integer, DoneTask> fewer = new TreeMap<>(done);
    DoneTask lost = fewer.remove(task);
    return new PhaseRecord(tasks, fewer, troubles, retries, backups)
        .withTrouble(task, trouble(task).withLoss(lost.site().node(), unreachable));
  }

  PhaseRecord withTrouble(int task, Trouble trouble) {
    SortedMap<Integer, Trouble> more = new TreeMap<>(troubles);
    more.put(task, trouble);
    return new PhaseRecord(tasks, done, more, retries, backups);
  }
}
