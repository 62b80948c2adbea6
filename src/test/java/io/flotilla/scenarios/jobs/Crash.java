package io.flotilla.scenarios.jobs;

import io.flotilla.mapreduce.api.Bytes;
import io.flotilla.mapreduce.api.Mapper;
import io.flotilla.mapreduce.api.Reducer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** MR7: before each call, one time in three its virtual machine ends, and one time in three nothing happens for a while. */
public final class Crash extends FileJob {
  private static final int LONGEST_PAUSE_MILLIS = 2_000;

  @Override
  public Mapper<String, Bytes, String, String> mapper() {
    return (file, text, context) -> {
      maybeCrash();
      context.emit("a", file);
      context.emit("b", Integer.toString(file.length()));
      context.emit("c", Integer.toString(text.length()));
      context.emit("d", "xyzzy");
    };
  }

  @Override
  public Reducer<String, String, String, String> reducer() {
    return (key, values, context) -> {
      maybeCrash();
      List<String> all = new ArrayList<>();
      values.forEachRemaining(all::add);
      context.emit(key, String.join(" ", all.stream().sorted().toList()));
    };
  }

  private static void maybeCrash() {
    int chance = ThreadLocalRandom.current().nextInt(100);
    if (chance < 33) {
      Runtime.getRuntime().halt(1);
    } else if (chance < 66) {
      Marks.pass(Duration.ofMillis(ThreadLocalRandom.current().nextInt(LONGEST_PAUSE_MILLIS)));
    }
  }
}
