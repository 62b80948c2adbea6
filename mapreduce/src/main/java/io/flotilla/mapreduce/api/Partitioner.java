package io.flotilla.mapreduce.api;

/** Decides which reduce task gets a key (§4.1 of the paper). */
public interface Partitioner<K2> {
  /**
   * The partition.
   *
   * @param reducers at least 1
   * @return from 0 to before {@code reducers}; anything else fails the task. Keys that the order takes for equal go to one partition
   */
  int partition(K2 key, int reducers);
}
