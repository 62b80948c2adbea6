package bench;

import java.util.ArrayList;
import java.util.List;

/** Longest runs of Unicode letters, as Flotilla's wordcount has them. */
final class Words {
  private Words() {}

  static List<String> of(String line) {
    List<String> words = new ArrayList<>();
    int from = -1;
    for (int i = 0; i < line.length();) {
      int codePoint = line.codePointAt(i);
      if (Character.isLetter(codePoint)) {
        from = from < 0 ? i : from;
      } else if (from >= 0) {
        words.add(line.substring(from, i));
        from = -1;
      }
      i += Character.charCount(codePoint);
    }
    if (from >= 0) {
      words.add(line.substring(from));
    }
    return words;
  }
}
