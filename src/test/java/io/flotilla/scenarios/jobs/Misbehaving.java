package io.flotilla.scenarios.jobs;

import io.flotilla.mapreduce.api.Codec;
import io.flotilla.mapreduce.api.Codecs;
import io.flotilla.mapreduce.api.InputFormat;
import io.flotilla.mapreduce.api.Job;
import io.flotilla.mapreduce.api.Mapper;
import io.flotilla.mapreduce.api.OutputFormat;
import io.flotilla.mapreduce.api.Reducer;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/** Does with lines that begin with "bad" what the parameter {@code how} says. The others are counted. */
public final class Misbehaving implements Job<Long, String, String, Long, String, Long> {
  private String how = "";

  @Override
  public void configure(SortedMap<String, String> params) {
    how = params.getOrDefault("how", "");
    if (how.equals("refuse")) {
      throw new IllegalArgumentException("how = refuse, allowed is anything else");
    }
  }

  @Override
  public InputFormat<Long, String> input() {
    return InputFormat.lines();
  }

  @Override
  public Mapper<Long, String, String, Long> mapper() {
    return (_, line, context) -> {
      if (line.startsWith("bad")) {
        misbehave();
      }
      context.emit("lines", 1L);
    };
  }

  private void misbehave() {
    switch (how) {
      case "throw" -> throw new IllegalStateException("cannot make sense of it");
      case "exit" -> System.exit(42);
      case "loop" -> loop();
      case "eat" -> eat();
      case "print" -> {
        System.out.println("a line on standard output");
        System.err.println("a line on standard error");
      }
      case "thread" -> new Thread(Misbehaving::loop, "for ever").start();
      default -> throw new IllegalStateException("how = " + how);
    }
  }

  private static void loop() {
    long turns = 0;
    while (turns >= 0) {
      turns = (turns + 1) & Long.MAX_VALUE;
    }
  }

  private static void eat() {
    List<byte[]> eaten = new ArrayList<>();
    while (!eaten.isEmpty() || eaten.add(new byte[0])) {
      eaten.add(new byte[1024 * 1024]);
    }
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
    return (key, ones, context) -> {
      long sum = 0;
      while (ones.hasNext()) {
        sum += ones.next();
      }
      context.emit(key, sum);
    };
  }

  @Override
  public OutputFormat<String, Long> output() {
    return OutputFormat.text();
  }
}
