package io.flotilla.mapreduce;

import java.util.List;

/**
 * How a job is cut into tasks: made once, before the first of them, and the same for every attempt of each.
 *
 * @param splits one for each map task
 * @param reducers reduce tasks, at least 1
 * @param boundaries for a job with a total order: the first key of each partition but the first, in rising order of bytes, so
 *     one fewer than there are reducers; otherwise empty
 */
public record JobPlan(List<InputSplit> splits, int reducers, List<byte[]> boundaries) {
  public JobPlan {
    splits = List.copyOf(splits);
    boundaries = List.copyOf(boundaries);
  }
}
