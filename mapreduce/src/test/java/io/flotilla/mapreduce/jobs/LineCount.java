package io.flotilla.mapreduce.jobs;

import io.flotilla.mapreduce.api.Codec;
import io.flotilla.mapreduce.api.Codecs;
import io.flotilla.mapreduce.api.InputFormat;
import io.flotilla.mapreduce.api.Job;
import io.flotilla.mapreduce.api.Mapper;
import io.flotilla.mapreduce.api.OutputFormat;
import io.flotilla.mapreduce.api.Reducer;

/** Lines with how often they occur; tests change what they are about. */
public class LineCount implements Job<Long, String, String, Long, String, Long> {
  @Override
  public InputFormat<Long, String> input() {
    return InputFormat.lines();
  }

  @Override
  public Mapper<Long, String, String, Long> mapper() {
    return (_, line, context) -> context.emit(line, 1L);
  }

  @Override
  public Codec<String> keys() {
    return Codecs.TEXT;
  }

  @Override
  public Codec<Long> values() {
    return Codecs.LONG;
  }

  @Override
  public Reducer<String, Long, String, Long> reducer() {
    return (line, counts, context) -> {
      long sum = 0;
      while (counts.hasNext()) {
        sum += counts.next();
      }
      context.emit(line, sum);
    };
  }

  @Override
  public OutputFormat<String, Long> output() {
    return OutputFormat.text();
  }
}
