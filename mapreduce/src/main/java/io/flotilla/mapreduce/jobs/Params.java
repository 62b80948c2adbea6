package io.flotilla.mapreduce.jobs;

import java.util.Set;
import java.util.SortedMap;

/** Checks of the built-in jobs' parameters. */
final class Params {
  private Params() {}

  static void allow(SortedMap<String, String> params, Set<String> names) {
    params.keySet().forEach(name -> {
      if (!names.contains(name)) {
        throw new IllegalArgumentException("unknown parameter \"%s\"; there %s".formatted(name,
            names.isEmpty() ? "are none" : "is " + String.join(", ", names)));
      }
    });
  }
}
