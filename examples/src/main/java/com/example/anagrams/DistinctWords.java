package com.example.anagrams;

import io.flotilla.mapreduce.api.Combiner;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import java.util.function.Consumer;

/** Each word once. */
record DistinctWords() implements Combiner<String, String> {
  @Override
  public void combine(String letters, Iterator<String> words, Consumer<String> out) {
    Set<String> seen = new HashSet<>();
    words.forEachRemaining(word -> {
      if (seen.add(word)) {
        out.accept(word);
      }
    });
  }
}
