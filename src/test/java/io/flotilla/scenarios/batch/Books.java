package io.flotilla.scenarios.batch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Texts like the course's: eight books, words as unevenly common as in a language, some of them not ASCII. */
public final class Books {
  private static final List<String> NAMED = List.of("sherlock", "tom", "the", "and", "Ängste", "naïve", "Москва", "o'clock", "co-operate");
  private static final String SYLLABLES = "ba be bi bo bu da de di do du fa fe fi fo fu ka ke ki ko ku la le li lo lu";
  private static final int VOCABULARY = 3_000;
  private static final int WORDS_A_LINE = 10;

  private Books() {}

  /** Writes {@code pg-0.txt} and so on, the same for the same seed. */
  public static List<Path> write(Path folder, int books, int linesEach, long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    List<String> vocabulary = vocabulary(random);
    Files.createDirectories(folder);
    List<Path> files = new ArrayList<>();
    for (int book = 0; book < books; book++) {
      StringBuilder text = new StringBuilder();
      for (int line = 0; line < linesEach; line++) {
        for (int word = 0; word < WORDS_A_LINE; word++) {
          text.append(word == 0 ? "" : " ").append(vocabulary.get(skewed(random)));
        }
        text.append(line % 7 == 0 ? ".\r\n" : ",\n");
      }
      files.add(Files.write(folder.resolve("pg-" + book + ".txt"), text.toString().getBytes(StandardCharsets.UTF_8)));
    }
    return files;
  }

  private static List<String> vocabulary(SplittableRandom random) {
    String[] syllables = SYLLABLES.split(" ", -1);
    List<String> words = new ArrayList<>(NAMED);
    while (words.size() < VOCABULARY) {
      StringBuilder word = new StringBuilder();
      for (int left = 1 + random.nextInt(4); left > 0; left--) {
        word.append(syllables[random.nextInt(syllables.length)]);
      }
      words.add(word.toString());
    }
    return words;
  }

  /** Small numbers far more often than large ones. */
  private static int skewed(SplittableRandom random) {
    return (int) (VOCABULARY * Math.pow(random.nextDouble(), 3));
  }
}
