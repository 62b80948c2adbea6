package io.flotilla.bench;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** What came of the operations. Any thread records; one thread begins and ends intervals. */
final class Meter {
  private static final int SIGNIFICANT_DIGITS = 3;
  private final Map<Operation.Kind, Recorder> latencies = new EnumMap<>(Operation.Kind.class);
  private final Map<String, LongAdder> errors = new ConcurrentHashMap<>();
  private final LongAdder succeeded = new LongAdder();
  private long beganNanos = System.nanoTime();

  Meter() {
    for (Operation.Kind kind : Operation.Kind.values()) {
      latencies.put(kind, new Recorder(SIGNIFICANT_DIGITS));
    }
  }

  void succeeded(Operation.Kind kind, long latencyNanos) {
    latencies.get(kind).recordValue(Math.max(0, latencyNanos));
    succeeded.increment();
  }

  /** Counts an operation that did not succeed under what it met: a status code, say. */
  void failed(String error) {
    errors.computeIfAbsent(error, _ -> new LongAdder()).increment();
  }

  /** Successes so far, over all intervals. */
  long successes() {
    return succeeded.sum();
  }

  /** Ends the interval that began with the last call (or with this meter) and begins the next. */
  Interval turn() {
    long now = System.nanoTime();
    double seconds = (now - beganNanos) / 1e9;
    beganNanos = now;
    Map<String, Long> errorCounts = new TreeMap<>();
    errors.forEach((error, count) -> {
      long n = count.sumThenReset();
      if (n > 0) {
        errorCounts.put(error, n);
      }
    });
    return new Interval(seconds, latencies.get(Operation.Kind.READ).getIntervalHistogram(),
        latencies.get(Operation.Kind.WRITE).getIntervalHistogram(), errorCounts);
  }

  /** One interval; latencies in nanoseconds. */
  record Interval(double seconds, Histogram reads, Histogram writes, Map<String, Long> errors) {
    Histogram all() {
      Histogram all = reads.copy();
      all.add(writes);
      return all;
    }
  }
}
