package io.flotilla.mapreduce.registry;

import io.flotilla.mapreduce.task.RecordPosition;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What went wrong with one task.
 *
 * @param failedAttempts their numbers: a failure is told again and again until it is acknowledged, but counts once
 * @param failures since a record was last found to be bad: to leave that out is a new beginning
 * @param failuresAt how many of these were at which record
 * @param badRecords to be left out by attempts to come, and what was wrong with each
 * @param losses how often its output, once done, could not be fetched
 * @param lastNode where it failed or was lost last; empty if that is unknown
 */
public record Trouble(SortedSet<Long> failedAttempts, int failures, SortedMap<RecordPosition, Integer> failuresAt,
    SortedMap<RecordPosition, String> badRecords, int losses, String lastNode, String lastReason, Optional<RecordPosition> lastAt) {
  public static final Trouble NONE =
      new Trouble(Collections.emptySortedSet(), 0, Collections.emptySortedMap(), Collections.emptySortedMap(), 0, "", "",
          Optional.empty());

  public Trouble {
    failedAttempts = Collections.unmodifiableSortedSet(new TreeSet<>(failedAttempts));
    failuresAt = Collections.unmodifiableSortedMap(new TreeMap<>(failuresAt));
    badRecords = Collections.unmodifiableSortedMap(new TreeMap<>(badRecords));
  }

  /** The same if that attempt's failure is known already. */
  Trouble withFailure(long attempt, String node, String reason, Optional<RecordPosition> at) {
    if (failedAttempts.contains(attempt)) {
      return this;
    }
    SortedSet<Long> failed = new TreeSet<>(failedAttempts);
    failed.add(attempt);
    SortedMap<RecordPosition, Integer> positions = new TreeMap<>(failuresAt);
    at.ifPresent(position -> positions.merge(position, 1, Integer::sum));
    return new Trouble(failed, failures + 1, positions, badRecords, losses, node, reason, at);
  }

  Trouble withBadRecord(RecordPosition position) {
    SortedMap<RecordPosition, String> more = new TreeMap<>(badRecords);
    more.put(position, lastReason);
    return new Trouble(failedAttempts, 0, Collections.emptySortedMap(), more, losses, lastNode, lastReason, lastAt);
  }

  Trouble withLoss(String node, boolean unreachable) {
    return new Trouble(failedAttempts, failures, failuresAt, badRecords, unreachable ? losses + 1 : losses, node, lastReason, lastAt);
  }

  /** Whether nothing ever went wrong. */
  public boolean isNone() {
    return equals(NONE);
  }

  public List<RecordPosition> badRecordList() {
    return List.copyOf(badRecords.keySet());
  }
}
