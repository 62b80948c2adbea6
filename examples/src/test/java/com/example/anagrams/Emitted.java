package com.example.anagrams;

import io.flotilla.mapreduce.api.MapContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Remembers what a mapper or a reducer puts out. */
final class Emitted implements MapContext<String, String> {
  final List<String> pairs = new ArrayList<>();
  final Map<String, Long> counts = new TreeMap<>();

  @Override
  public void emit(String key, String value) {
    pairs.add(key + "=" + value);
  }

  @Override
  public void count(String name, long delta) {
    counts.merge(name, delta, Long::sum);
  }

  @Override
  public String source() {
    return "/books/a.txt";
  }

  @Override
  public long offsetBytes() {
    return 0;
  }
}
