package io.flotilla.mapreduce.api;

import java.util.Iterator;
import java.util.function.Consumer;
import java.util.function.LongBinaryOperator;

/**
 * Merges numbers two by two. With {@link Codecs#LONG} as the job's values, keys are looked up in a table as they are emitted, and
 * only one number for each is ever sorted.
 *
 * @param operator associative and commutative
 */
public record LongCombiner<K>(LongBinaryOperator operator) implements Combiner<K, Long> {
  public static <K> LongCombiner<K> sum() {
    return new LongCombiner<>(Long::sum);
  }

  @Override
  public void combine(K key, Iterator<Long> values, Consumer<Long> out) {
    long merged = values.next();
    while (values.hasNext()) {
      merged = operator.applyAsLong(merged, values.next());
    }
    out.accept(merged);
  }
}
