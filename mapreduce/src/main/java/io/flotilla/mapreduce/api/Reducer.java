package io.flotilla.mapreduce.api;

import java.util.Iterator;

/** Merges all values of a key (§2.1 of the paper). One serves one attempt of one task, on one thread. */
public interface Reducer<K2, V2, K3, V3> {
  /**
   * One key, in the job's order.
   *
   * @param key the first of those that the order takes for equal; a {@link Bytes} is valid during the call only
   * @param values to be read once, as they stream by: there may be more than memory holds. A {@link Bytes} is valid until the next
   */
  void reduce(K2 key, Iterator<V2> values, TaskContext<K3, V3> context) throws Exception;

  /** After the last key. */
  default void finish(TaskContext<K3, V3> context) throws Exception {}
}
