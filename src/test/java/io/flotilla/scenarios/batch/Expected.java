package io.flotilla.scenarios.batch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What jobs have to put out, found by one thread that reads the files from beginning to end. Lines are sorted as text. */
public final class Expected {
  private static final Pattern WORD = Pattern.compile("\\p{L}+");

  private Expected() {}

  public static List<String> wordcount(List<Path> files) throws IOException {
    Map<String, Long> counts = new TreeMap<>();
    for (Path file : files) {
      words(file).forEach(word -> counts.merge(word, 1L, Long::sum));
    }
    return lines(counts);
  }

  public static List<String> index(List<Path> files) throws IOException {
    Map<String, TreeSet<String>> places = new TreeMap<>();
    for (Path file : files) {
      words(file).forEach(word -> places.computeIfAbsent(word, _ -> new TreeSet<>()).add(file.toString()));
    }
    Map<String, String> lines = new TreeMap<>();
    places.forEach((word, found) -> lines.put(word, found.size() + "\t" + String.join(",", found)));
    return lines(lines);
  }

  /** {@link io.flotilla.scenarios.jobs.Crash}, when nothing crashes. */
  public static List<String> crash(List<Path> files) throws IOException {
    List<String> names = new ArrayList<>();
    List<String> nameLengths = new ArrayList<>();
    List<String> contentLengths = new ArrayList<>();
    for (Path file : files) {
      names.add(file.toString());
      nameLengths.add(Integer.toString(file.toString().length()));
      contentLengths.add(Long.toString(Files.size(file)));
    }
    return lines(new TreeMap<>(Map.of("a", joined(names), "b", joined(nameLengths), "c", joined(contentLengths), "d",
        joined(files.stream().map(_ -> "xyzzy").toList()))));
  }

  /** {@link com.example.anagrams.Anagrams}. */
  public static List<String> anagrams(List<Path> files, int minLetters) throws IOException {
    Map<String, TreeSet<String>> groups = new TreeMap<>();
    for (Path file : files) {
      words(file).stream().map(word -> word.toLowerCase(Locale.ROOT)).filter(word -> word.length() >= minLetters)
          .forEach(word -> groups.computeIfAbsent(sortedLetters(word), _ -> new TreeSet<>()).add(word));
    }
    groups.values().removeIf(words -> words.size() == 1);
    Map<String, String> lines = new TreeMap<>();
    groups.forEach((letters, words) -> lines.put(letters, String.join(",", words)));
    return lines(lines);
  }

  private static String sortedLetters(String word) {
    char[] letters = word.toCharArray();
    Arrays.sort(letters);
    return new String(letters);
  }

  private static String joined(List<String> values) {
    return String.join(" ", values.stream().sorted().toList());
  }

  private static List<String> words(Path file) throws IOException {
    List<String> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(Files.readString(file));
    while (matcher.find()) {
      words.add(matcher.group());
    }
    return words;
  }

  private static List<String> lines(Map<String, ?> records) {
    return records.entrySet().stream().map(record -> record.getKey() + "\t" + record.getValue()).sorted().toList();
  }
}
