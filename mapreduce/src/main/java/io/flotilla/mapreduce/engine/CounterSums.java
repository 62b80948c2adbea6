package io.flotilla.mapreduce.engine;

import io.flotilla.mapreduce.Counters;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Counters of one attempt, on its thread. */
final class CounterSums {
  private final Map<String, long[]> sums = new TreeMap<>();

  void add(String name, long delta) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a counter needs a name");
    }
    sums.computeIfAbsent(name, _ -> new long[1])[0] += delta;
  }

  /** Sets a counter that is kept elsewhere. */
  void set(String name, long value) {
    sums.computeIfAbsent(name, _ -> new long[1])[0] = value;
  }

  long get(String name) {
    long[] sum = sums.get(name);
    return sum == null ? 0 : sum[0];
  }

  Counters snapshot() {
    SortedMap<String, Long> values = new TreeMap<>();
    sums.forEach((name, sum) -> values.put(name, sum[0]));
    return new Counters(values);
  }
}
