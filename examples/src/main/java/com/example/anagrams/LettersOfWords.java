package com.example.anagrams;

import io.flotilla.mapreduce.api.MapContext;
import io.flotilla.mapreduce.api.Mapper;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A line into its words, each under its letters in order. */
record LettersOfWords(int minLetters) implements Mapper<Long, String, String, String> {
  static final String WORDS = "anagrams.words";

  private static final Pattern WORD = Pattern.compile("\\p{L}+");

  @Override
  public void map(Long offset, String line, MapContext<String, String> context) {
    Matcher words = WORD.matcher(line);
    while (words.find()) {
      String word = words.group().toLowerCase(Locale.ROOT);
      int[] letters = word.codePoints().sorted().toArray();
      if (letters.length >= minLetters) {
        context.emit(new String(letters, 0, letters.length), word);
        context.count(WORDS, 1);
      }
    }
  }
}
