package com.example.anagrams;

import io.flotilla.mapreduce.api.Reducer;
import io.flotilla.mapreduce.api.TaskContext;
import java.util.Iterator;
import java.util.NavigableSet;
import java.util.TreeSet;

/** All words of the same letters, if there are two or more. */
record WordsOfLetters() implements Reducer<String, String, String, String> {
  static final String GROUPS = "anagrams.groups";

  @Override
  public void reduce(String letters, Iterator<String> words, TaskContext<String, String> context) {
    NavigableSet<String> distinct = new TreeSet<>();
    words.forEachRemaining(distinct::add);
    if (distinct.size() > 1) {
      context.emit(letters, String.join(",", distinct));
      context.count(GROUPS, 1);
    }
  }
}
