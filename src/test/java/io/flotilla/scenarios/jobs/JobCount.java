package io.flotilla.scenarios.jobs;

import io.flotilla.mapreduce.api.Bytes;
import io.flotilla.mapreduce.api.Mapper;
import io.flotilla.mapreduce.api.Reducer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/** MR5: each map call leaves a mark and takes its time; the reduce call counts the marks. */
public final class JobCount extends FileJob {
  @Override
  public Mapper<String, Bytes, String, String> mapper() {
    return (_, _, context) -> {
      Files.createTempFile(marks(), "call-", "");
      Marks.pass(Duration.ofMillis(ThreadLocalRandom.current().nextLong(700, 1_700)));
      context.emit("a", "x");
    };
  }

  @Override
  public Reducer<String, String, String, String> reducer() {
    return (key, _, context) -> {
      try (Stream<Path> calls = Files.list(marks())) {
        context.emit(key, Long.toString(calls.count()));
      }
    };
  }
}
