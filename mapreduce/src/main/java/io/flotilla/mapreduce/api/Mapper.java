package io.flotilla.mapreduce.api;

/** Makes intermediate pairs of input records (§2.1 of the paper). One serves one attempt of one task, on one thread. */
public interface Mapper<K1, V1, K2, V2> {
  /**
   * One record. What it throws fails the attempt, at that record's position; a record that keeps failing is left out (§4.6).
   *
   * @param value a {@link Bytes} is valid during the call only
   */
  void map(K1 key, V1 value, MapContext<K2, V2> context) throws Exception;

  /** After the last record: the time to emit what was gathered. */
  default void finish(MapContext<K2, V2> context) throws Exception {}
}
