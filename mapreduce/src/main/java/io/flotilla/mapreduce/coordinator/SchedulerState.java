package io.flotilla.mapreduce.coordinator;

import static io.flotilla.raft.Checks.check;

import io.flotilla.mapreduce.registry.JobRegistry;
import io.flotilla.mapreduce.task.AttemptId;
import io.flotilla.mapreduce.task.TaskId;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A coordinator's knowledge: the job registry, with all that it has put on record itself, and what it heard from workers. Everything
 * but the registry is lost with it, and heard anew by the next one.
 *
 * @param node where it runs
 * @param beganMillis when its reign began
 * @param latestMillis when it took its last step
 * @param expected nodes that will say what is in progress on them, if they live
 * @param workers by node
 * @param gone lives of nodes that are over for certain: each node's last, by its incarnation
 * @param attempts in the order in which they became known
 * @param tallies of tasks that are not done
 * @param started attempts that this coordinator started, by job
 * @param prepared jobs for whose output there is room, as this coordinator has made sure
 * @param busy jobs for which something is under way that takes its time: a plan, a commit
 * @param waiting clients that are not yet answered
 */
public record SchedulerState(String node, long beganMillis, long latestMillis, SortedSet<String> expected, JobRegistry jobs,
    SortedMap<String, WorkerState> workers, SortedMap<String, Long> gone, Map<AttemptId, AttemptState> attempts, Map<TaskId, Tally> tallies,
    SortedMap<Long, Integer> started, SortedSet<Long> prepared, SortedSet<Long> busy, List<Waiting> waiting) {
  /** A client that is answered when its job is so far, or when that takes long. */
  sealed interface Waiting {
    long request();

    long jobNumber();

    long sinceMillis();

    /** It waits for its job to be planned. */
    record Submission(long request, long jobNumber, long sinceMillis) implements Waiting {}

    /** It waits until nothing is left to do for the job. */
    record Cancellation(long request, long jobNumber, long sinceMillis) implements Waiting {}
  }

  public SchedulerState {
    expected = Collections.unmodifiableSortedSet(new TreeSet<>(expected));
    workers = Collections.unmodifiableSortedMap(new TreeMap<>(workers));
    gone = Collections.unmodifiableSortedMap(new TreeMap<>(gone));
    attempts = Collections.unmodifiableMap(new LinkedHashMap<>(attempts));
    tallies = Collections.unmodifiableMap(new LinkedHashMap<>(tallies));
    started = Collections.unmodifiableSortedMap(new TreeMap<>(started));
    prepared = Collections.unmodifiableSortedSet(new TreeSet<>(prepared));
    busy = Collections.unmodifiableSortedSet(new TreeSet<>(busy));
    waiting = List.copyOf(waiting);
    for (AttemptState attempt : attempts.values()) {
      check(workers.containsKey(attempt.node()), "attempt %s is on a worker that is known: %s", attempt.id(), attempt.node());
    }
  }

  /** Attempts that can run at once, by node. */
  public SortedMap<String, Integer> slots() {
    SortedMap<String, Integer> slots = new TreeMap<>();
    workers.forEach((node, worker) -> slots.put(node, worker.slots()));
    return slots;
  }

  /**
   * A reign begins.
   *
   * @param jobs as the log has them, this reign's epoch in it
   */
  public static SchedulerState begin(String node, Now now, Collection<String> expected, JobRegistry jobs) {
    return new SchedulerState(node, now.millis(), now.millis(), new TreeSet<>(expected), jobs, new TreeMap<>(), new TreeMap<>(), Map.of(), Map.of(),
        new TreeMap<>(), new TreeSet<>(), new TreeSet<>(), List.of());
  }
}
