package io.flotilla.mapreduce.registry;

import io.flotilla.mapreduce.Counters;
import java.util.List;

/**
 * A task that is done, and by which attempt: the first that said so.
 *
 * @param millis how long that attempt took
 * @param segmentBytes of a map task, by partition; of a reduce task, none
 */
public record DoneTask(long attempt, WorkerSite site, long millis, Counters counters, List<Long> segmentBytes) {
  public DoneTask {
    segmentBytes = List.copyOf(segmentBytes);
  }
}
