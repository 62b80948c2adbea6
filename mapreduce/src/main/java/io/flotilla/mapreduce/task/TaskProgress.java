package io.flotilla.mapreduce.task;

import io.flotilla.mapreduce.Counters;
import java.util.Optional;

/**
 * How far an attempt is: from 0 to 1, never falling, with its counters so far. Its coming is a sign of life.
 *
 * @param at the record that is being processed, if it is one: should the job's code never come back from it, that is where
 */
public record TaskProgress(double fraction, Counters counters, Optional<RecordPosition> at) {
  public static final TaskProgress NONE = new TaskProgress(0, Counters.NONE, Optional.empty());
}
