package io.flotilla.mapreduce.jobs;

import io.flotilla.mapreduce.Counters;
import io.flotilla.mapreduce.api.Bytes;
import io.flotilla.mapreduce.api.Codec;
import io.flotilla.mapreduce.api.Codecs;
import io.flotilla.mapreduce.api.Combiner;
import io.flotilla.mapreduce.api.InputFormat;
import io.flotilla.mapreduce.api.Job;
import io.flotilla.mapreduce.api.LongCombiner;
import io.flotilla.mapreduce.api.MapContext;
import io.flotilla.mapreduce.api.Mapper;
import io.flotilla.mapreduce.api.OutputFormat;
import io.flotilla.mapreduce.api.Reducer;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/** Counts {@link Words}: {@code word<TAB>count} (§2.1 of the paper). */
public final class WordCount implements Job<Long, Bytes, Bytes, Long, Bytes, Long> {
  private static final Long ONE = 1L;

  @Override
  public void configure(SortedMap<String, String> params) {
    Params.allow(params, Set.of());
  }

  @Override
  public InputFormat<Long, Bytes> input() {
    return InputFormat.rawLines();
  }

  @Override
  public Mapper<Long, Bytes, Bytes, Long> mapper() {
    Words words = new Words();
    return (_, line, context) -> {
      words.read(line);
      while (words.next()) {
        context.emit(words.word(), ONE);
      }
      countMalformed(words, context);
    };
  }

  @Override
  public Codec<Bytes> keys() {
    return Codecs.view();
  }

  @Override
  public Codec<Long> values() {
    return Codecs.LONG;
  }

  @Override
  public Optional<Combiner<Bytes, Long>> combiner() {
    return Optional.of(LongCombiner.sum());
  }

  @Override
  public Reducer<Bytes, Long, Bytes, Long> reducer() {
    return (word, counts, context) -> {
      long sum = 0;
      while (counts.hasNext()) {
        sum += counts.next();
      }
      context.emit(word, sum);
    };
  }

  @Override
  public OutputFormat<Bytes, Long> output() {
    return OutputFormat.text();
  }

  static void countMalformed(Words words, MapContext<?, ?> context) {
    if (words.malformed()) {
      context.count(Counters.MALFORMED_RECORDS, 1);
    }
  }
}
