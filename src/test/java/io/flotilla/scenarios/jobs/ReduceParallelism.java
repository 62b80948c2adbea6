package io.flotilla.scenarios.jobs;

import io.flotilla.mapreduce.api.Bytes;
import io.flotilla.mapreduce.api.Mapper;
import io.flotilla.mapreduce.api.Reducer;
import java.time.Duration;
import java.util.List;

/** MR4: each reduce call tells how many it saw at work at the same time. */
public final class ReduceParallelism extends FileJob {
  @Override
  public Mapper<String, Bytes, String, String> mapper() {
    return (_, _, context) -> List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j").forEach(key -> context.emit(key, "1"));
  }

  @Override
  public Reducer<String, String, String, String> reducer() {
    return (key, _, context) ->
        context.emit(key, Integer.toString(Marks.workAtTheSameTime(marks(), Duration.ofMillis(500)).size()));
  }
}
