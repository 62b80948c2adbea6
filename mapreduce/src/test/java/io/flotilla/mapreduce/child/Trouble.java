package io.flotilla.mapreduce.child;

import io.flotilla.mapreduce.api.Codec;
import io.flotilla.mapreduce.api.Codecs;
import io.flotilla.mapreduce.api.InputFormat;
import io.flotilla.mapreduce.api.Job;
import io.flotilla.mapreduce.api.Mapper;
import io.flotilla.mapreduce.api.OutputFormat;
import io.flotilla.mapreduce.api.Reducer;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.locks.LockSupport;

/** A user's job whose input tells it line by line what to do. */
public final class Trouble implements Job<Long, String, String, Long, String, Long> {
  @Override
  public void configure(SortedMap<String, String> params) {
    if (params.containsKey("exit")) {
      System.exit(5);
    }
    if (params.containsKey("refuse")) {
      throw new IllegalArgumentException("refuse is not allowed");
    }
  }

  @Override
  public InputFormat<Long, String> input() {
    return InputFormat.lines();
  }

  @Override
  public Mapper<Long, String, String, Long> mapper() {
    return (_, line, context) -> {
      carryOut(line);
      context.emit(line, 1L);
      context.count("pid", ProcessHandle.current().pid());
    };
  }

  private static void carryOut(String line) throws IOException {
    switch (line) {
      case "throw" -> throw new IllegalStateException("thrown on purpose");
      case "exit" -> System.exit(42);
      case "kill" -> killSelf();
      case "loop" -> loop();
      case "park" -> LockSupport.park();
      case "eat" -> eat();
      case "print" -> {
        System.out.println("printed on standard output");
        System.err.println("printed on standard error");
      }
      case "disturb" -> {
        try (FileOutputStream out = new FileOutputStream(FileDescriptor.out)) {
          out.write(new byte[64]);
        }
      }
      case "read" -> System.in.readAllBytes();
      case "thread" -> new Thread(Trouble::loop, "for-ever").start();
      default -> { }
    }
  }

  private static void killSelf() {
    try {
      new ProcessBuilder("kill", "-9", Long.toString(ProcessHandle.current().pid())).start().waitFor();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
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
    while (eaten.size() < Integer.MAX_VALUE) {
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
    return (key, _, context) -> context.emit(key, 1L);
  }

  @Override
  public OutputFormat<String, Long> output() {
    return OutputFormat.text();
  }
}
