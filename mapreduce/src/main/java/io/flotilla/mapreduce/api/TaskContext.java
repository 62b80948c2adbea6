package io.flotilla.mapreduce.api;

/** What a mapper or reducer can do. Each call notices when the attempt is cancelled, and then ends it by an exception. */
public interface TaskContext<K, V> {
  /** Puts out a pair, which is encoded at once, so both may be used again by the caller. */
  void emit(K key, V value);

  /**
   * Adds to a counter of the job (§4.9 of the paper). Attempts that fail or lose to another copy count nothing.
   *
   * @param name not empty; the system's own are named in {@link io.flotilla.mapreduce.Counters}
   */
  void count(String name, long delta);
}
