package com.example.anagrams;

import io.flotilla.mapreduce.api.Codec;
import io.flotilla.mapreduce.api.Codecs;
import io.flotilla.mapreduce.api.Combiner;
import io.flotilla.mapreduce.api.InputFormat;
import io.flotilla.mapreduce.api.Job;
import io.flotilla.mapreduce.api.Mapper;
import io.flotilla.mapreduce.api.OutputFormat;
import io.flotilla.mapreduce.api.Reducer;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/**
 * Words of a text that are made of the same letters: {@code aelst<TAB>least,slate,stale,steal,tales}. Upper and lower case are the
 * same letter. Parameter: {@code min-letters}, the length of the shortest words of interest, 4 if not given.
 */
public final class Anagrams implements Job<Long, String, String, String, String, String> {
  private static final String MIN_LETTERS = "min-letters";
  private static final int DEFAULT_MIN_LETTERS = 4;

  private int minLetters = DEFAULT_MIN_LETTERS;

  @Override
  public void configure(SortedMap<String, String> params) {
    if (!Set.of(MIN_LETTERS).containsAll(params.keySet())) {
      throw new IllegalArgumentException("the parameters are %s, allowed is %s".formatted(params.keySet(), MIN_LETTERS));
    }
    String value = params.getOrDefault(MIN_LETTERS, Integer.toString(DEFAULT_MIN_LETTERS));
    if (!value.matches("[1-9]\\d{0,3}")) {
      throw new IllegalArgumentException("%s = %s, allowed is a whole number from 1 to 9999".formatted(MIN_LETTERS, value));
    }
    minLetters = Integer.parseInt(value);
  }

  @Override
  public InputFormat<Long, String> input() {
    return InputFormat.lines();
  }

  @Override
  public Mapper<Long, String, String, String> mapper() {
    return new LettersOfWords(minLetters);
  }

  @Override
  public Codec<String> keys() {
    return Codecs.TEXT;
  }

  @Override
  public Codec<String> values() {
    return Codecs.TEXT;
  }

  /** A novel has each of its words many times over, and only one of them needs to travel. */
  @Override
  public Optional<Combiner<String, String>> combiner() {
    return Optional.of(new DistinctWords());
  }

  @Override
  public Reducer<String, String, String, String> reducer() {
    return new WordsOfLetters();
  }

  @Override
  public OutputFormat<String, String> output() {
    return OutputFormat.text();
  }
}
