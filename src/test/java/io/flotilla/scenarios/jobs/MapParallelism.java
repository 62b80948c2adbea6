package io.flotilla.scenarios.jobs;

import io.flotilla.mapreduce.api.Bytes;
import io.flotilla.mapreduce.api.Mapper;
import io.flotilla.mapreduce.api.Reducer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** MR3: each map call tells which machine it ran on, and which ones it saw at work beside it. */
public final class MapParallelism extends FileJob {
  @Override
  public Mapper<String, Bytes, String, String> mapper() {
    return (_, _, context) -> {
      List<Long> together = Marks.workAtTheSameTime(marks(), Duration.ofSeconds(1));
      context.emit("times-" + ProcessHandle.current().pid(), Long.toString(System.currentTimeMillis()));
      context.emit("parallel-" + ProcessHandle.current().pid(), Integer.toString(together.size()));
    };
  }

  @Override
  public Reducer<String, String, String, String> reducer() {
    return (key, values, context) -> {
      List<String> all = new ArrayList<>();
      values.forEachRemaining(all::add);
      context.emit(key, String.join(" ", all.stream().sorted().toList()));
    };
  }
}
