package io.flotilla.mapreduce;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** Named sums over the tasks of a job (§4.9 of the paper): the system's own, such as {@link #MAP_INPUT_RECORDS}, and the job's. */
public record Counters(SortedMap<String, Long> values) {
  public static final Counters NONE = new Counters(Collections.emptySortedMap());

  public static final String MAP_INPUT_RECORDS = "map.input.records";
  public static final String MAP_INPUT_BYTES = "map.input.bytes";
  public static final String MAP_OUTPUT_RECORDS = "map.output.records";
  public static final String MAP_OUTPUT_BYTES = "map.output.bytes";
  public static final String COMBINE_INPUT_RECORDS = "combine.input.records";
  public static final String COMBINE_OUTPUT_RECORDS = "combine.output.records";
  public static final String SPILLED_RECORDS = "spill.records";
  public static final String SPILLS = "spill.files";
  public static final String SHUFFLE_BYTES = "shuffle.bytes";
  public static final String REDUCE_INPUT_GROUPS = "reduce.input.groups";
  public static final String REDUCE_INPUT_RECORDS = "reduce.input.records";
  public static final String REDUCE_OUTPUT_RECORDS = "reduce.output.records";
  public static final String REDUCE_OUTPUT_BYTES = "reduce.output.bytes";
  /** Bad records left out (§4.6), and those over {@code flotilla.mapreduce.max-record-size}. */
  public static final String SKIPPED_RECORDS = "skipped.records";
  /** Input records with bytes that are no UTF-8, read as if each were U+FFFD. */
  public static final String MALFORMED_RECORDS = "malformed.records";

  public Counters {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
  }

  public Counters plus(Counters other) {
    SortedMap<String, Long> sums = new TreeMap<>(values);
    other.values.forEach((name, value) -> sums.merge(name, value, Long::sum));
    return new Counters(sums);
  }

  /** The counter's sum; 0 if nothing was counted under that name. */
  public long get(String name) {
    return values.getOrDefault(name, 0L);
  }
}
