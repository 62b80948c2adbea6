package io.flotilla.mapreduce.api;

import java.util.Iterator;
import java.util.function.Consumer;

/**
 * Merges values of a key partially, before they leave the map task (§4.3 of the paper). How often, in which order and over which of
 * them is not defined, so the result of the job must not depend on it. Counts and sums are best left to {@link LongCombiner}, which
 * merges them while they are emitted.
 */
public interface Combiner<K2, V2> {
  /** Puts out fewer values for the key; none is fine too. */
  void combine(K2 key, Iterator<V2> values, Consumer<V2> out) throws Exception;
}
