package io.flotilla.mapreduce.task;

import io.flotilla.mapreduce.Counters;
import java.util.List;
import java.util.Optional;

/** How an attempt ended. */
public sealed interface TaskOutcome {
  /** Its output is on this worker's disk; {@code segmentBytes} for each partition. */
  record MapDone(Counters counters, List<Long> segmentBytes) implements TaskOutcome {
    public MapDone {
      segmentBytes = List.copyOf(segmentBytes);
    }
  }

  /** Its part of the output is in its place; it is the only one, though two attempts may both say so. */
  record ReduceDone(Counters counters) implements TaskOutcome {}

  /**
   * It failed.
   *
   * @param reason for people: the exception with its message, the exit status, the limit that was passed
   * @param at the record that was being processed, if it was one
   * @param lasting whether another attempt would fail in the same way: the input is gone, the class does not load
   */
  record Failed(String reason, Optional<RecordPosition> at, boolean lasting) implements TaskOutcome {}

  /** The output of these attempts of map tasks could not be fetched, retries included, so those tasks have to run again. */
  record MapOutputLost(List<AttemptId> lost, String reason) implements TaskOutcome {
    public MapOutputLost {
      lost = List.copyOf(lost);
    }
  }

  record Cancelled() implements TaskOutcome {}
}
