package io.flotilla.mapreduce.api;

import java.util.Optional;
import java.util.SortedMap;

/**
 * A job: {@code map (K1, V1) -> list (K2, V2)}, {@code reduce (K2, list (V2)) -> list (K3, V3)} (§2.2 of the paper). Its class is
 * public and has a public constructor without arguments.
 *
 * @param <K1> input keys
 * @param <V1> input values
 * @param <K2> intermediate keys
 * @param <V2> intermediate values
 * @param <K3> output keys
 * @param <V3> output values
 */
public interface Job<K1, V1, K2, V2, K3, V3> {
  /**
   * Called first, once: the parameters with which the job was submitted.
   *
   * @throws IllegalArgumentException a parameter is missing, malformed or unknown; the job is refused with this message
   */
  default void configure(SortedMap<String, String> params) {}

  /** What becomes a record of the input. */
  InputFormat<K1, V1> input();

  /** A mapper for one task. */
  Mapper<K1, V1, K2, V2> mapper();

  /** How intermediate keys travel; their encoded bytes are what is sorted and grouped. */
  Codec<K2> keys();

  /** How intermediate values travel. */
  Codec<V2> values();

  /** A reducer for one task. */
  Reducer<K2, V2, K3, V3> reducer();

  /** What becomes of the output. */
  OutputFormat<K3, V3> output();

  /** Merges values already where they were emitted (§4.3). */
  default Optional<Combiner<K2, V2>> combiner() {
    return Optional.empty();
  }

  /** Which reduce task gets a key (§4.1); empty: by a hash of its bytes, or by {@link #totalOrder}. */
  default Optional<Partitioner<K2>> partitioner() {
    return Optional.empty();
  }

  /** In which order keys come to the reducer within a partition (§4.2). */
  default KeyOrder order() {
    return KeyOrder.BYTES;
  }

  /**
   * Whether keys go to partitions by ranges that a sample of the input suggests, so that the parts one after the other are sorted
   * throughout. Only by {@link KeyOrder#BYTES} and without a {@link #partitioner}.
   */
  default boolean totalOrder() {
    return false;
  }
}
