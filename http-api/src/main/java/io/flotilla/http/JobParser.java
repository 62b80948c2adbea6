package io.flotilla.http;

import io.flotilla.mapreduce.JobSpec;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** The body of {@code POST /v1/mapreduce/jobs}. What only the nodes can find out, such as whether a file matches, is theirs to say. */
final class JobParser {
  /** The names of parts have five digits, and each map task's output is cut into so many. */
  static final int MAX_REDUCERS = 10_000;

  private static final String STORE = "kv:";

  private JobParser() {}

  static JobSpec parse(byte[] body) {
    JsonFields document = JsonFields.of("", Json.parse(body));
    document.checkNames(List.of("job", "input", "output", "reducers", "params", "jar"));
    return new JobSpec(
        name(document),
        input(document),
        place(document, "output", document.string("output")),
        document.has("reducers") ? reducers(document) : 0,
        document.has("params") ? document.stringsByName("params") : Collections.emptySortedMap(),
        document.has("jar") ? Optional.of(path(document, "jar", document.string("jar"))) : Optional.empty());
  }

  private static String name(JsonFields document) {
    String name = document.string("job");
    if (name.isBlank()) {
      throw document.refused("job", "blank, allowed is a built-in job's name, or a class with its jar");
    }
    return name;
  }

  private static List<String> input(JsonFields document) {
    List<String> input = document.strings("input", true);
    if (input.isEmpty()) {
      throw document.refused("input", "empty, allowed is one glob or more");
    }
    return input.stream().map(glob -> place(document, "input", glob)).toList();
  }

  private static int reducers(JsonFields document) {
    long reducers = document.number("reducers");
    if (reducers < 1 || reducers > MAX_REDUCERS) {
      throw document.refused("reducers", "%d, allowed is a whole number from 1 to %d".formatted(reducers, MAX_REDUCERS));
    }
    return (int) reducers;
  }

  private static String place(JsonFields document, String name, String text) {
    return text.startsWith(STORE) ? text : path(document, name, text);
  }

  /** A node has no folder that a relative path could be meant in. */
  private static String path(JsonFields document, String name, String text) {
    try {
      if (!Path.of(text).isAbsolute()) {
        throw document.refused(name, "'%s', allowed is an absolute path%s".formatted(text, name.equals("jar") ? "" : " or kv:PREFIX"));
      }
      return text;
    } catch (InvalidPathException e) {
      throw new RefusedException(document.refused(name, "no path: " + e.getReason()).problem());
    }
  }
}
