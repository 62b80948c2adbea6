package io.flotilla.mapreduce.jobs;

import io.flotilla.mapreduce.api.Bytes;
import io.flotilla.mapreduce.api.Codec;
import io.flotilla.mapreduce.api.Codecs;
import io.flotilla.mapreduce.api.InputFormat;
import io.flotilla.mapreduce.api.Job;
import io.flotilla.mapreduce.api.Mapper;
import io.flotilla.mapreduce.api.OutputFormat;
import io.flotilla.mapreduce.api.Reducer;
import java.util.Set;
import java.util.SortedMap;

/** All lines by their bytes, in one order over all parts (§5.3 of the paper). */
public final class Sort implements Job<Long, Bytes, Bytes, Codecs.Nothing, Bytes, Codecs.Nothing> {
  @Override
  public void configure(SortedMap<String, String> params) {
    Params.allow(params, Set.of());
  }

  @Override
  public InputFormat<Long, Bytes> input() {
    return InputFormat.rawLines();
  }

  @Override
  public Mapper<Long, Bytes, Bytes, Codecs.Nothing> mapper() {
    return (_, line, context) -> context.emit(line, Codecs.Nothing.NOTHING);
  }

  @Override
  public Codec<Bytes> keys() {
    return Codecs.view();
  }

  @Override
  public Codec<Codecs.Nothing> values() {
    return Codecs.NOTHING;
  }

  @Override
  public Reducer<Bytes, Codecs.Nothing, Bytes, Codecs.Nothing> reducer() {
    return (line, repeats, context) -> {
      while (repeats.hasNext()) {
        context.emit(line, repeats.next());
      }
    };
  }

  @Override
  public OutputFormat<Bytes, Codecs.Nothing> output() {
    return OutputFormat.keysOnly();
  }

  @Override
  public boolean totalOrder() {
    return true;
  }
}
