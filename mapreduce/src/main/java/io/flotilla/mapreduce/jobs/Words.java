package io.flotilla.mapreduce.jobs;

import io.flotilla.mapreduce.api.Bytes;

/**
 * The words of a text in UTF-8, one after the other: longest runs of Unicode letters, their case kept. Works on the bytes; a letter
 * beyond ASCII is decoded. Malformed bytes end a word and are no part of one, as if they were U+FFFD.
 */
final class Words {
  /** Neither a letter nor anything else: a byte that begins no well-formed sequence. */
  private static final int MALFORMED = -1;

  private final Bytes word = new Bytes();
  private byte[] text = {};
  private int at;
  private int end;
  private boolean malformed;

  void read(Bytes line) {
    text = line.array();
    at = line.from();
    end = at + line.length();
    malformed = false;
  }

  /** Moves to the next word, if there is one. */
  boolean next() {
    int first = skip(false, at);
    if (first == end) {
      at = end;
      return false;
    }
    at = skip(true, first);
    word.set(text, first, at - first);
    return true;
  }

  /** The word at hand, in the line's own bytes: valid until the next. */
  Bytes word() {
    return word;
  }

  /** Whether the line has bytes that are no UTF-8, as far as it has been read. */
  boolean malformed() {
    return malformed;
  }

  /** Where the run of letters, or of anything else, that begins at {@code from} ends. */
  private int skip(boolean letters, int from) {
    byte[] bytes = text;
    int limit = end;
    int i = from;
    while (i < limit) {
      byte b = bytes[i];
      if (b >= 0) {
        int lower = (b | 0x20) - 'a';
        if ((lower >= 0 && lower < 26) != letters) {
          return i;
        }
        i++;
      } else {
        int codePoint = decode(i);
        if ((codePoint != MALFORMED && Character.isLetter(codePoint)) != letters) {
          return i;
        }
        malformed |= codePoint == MALFORMED;
        i += codePoint == MALFORMED ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
      }
    }
    return limit;
  }

  /** The code point of two to four bytes; overlong forms, surrogates and what is cut off are malformed (RFC 3629 §4). */
  private int decode(int from) {
    int lead = text[from] & 0xFF;
    if (lead < 0xC2 || lead > 0xF4) {
      return MALFORMED;
    }
    int size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (end - from < size) {
      return MALFORMED;
    }
    int codePoint = lead & (0x7F >> size);
    for (int i = 1; i < size; i++) {
      int next = text[from + i];
      if ((next & 0xC0) != 0x80) {
        return MALFORMED;
      }
      codePoint = (codePoint << 6) | (next & 0x3F);
    }
    boolean overlong = (size == 3 && codePoint < 0x800) || (size == 4 && codePoint < 0x10000);
    boolean surrogate = codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    return overlong || surrogate || codePoint > Character.MAX_CODE_POINT ? MALFORMED : codePoint;
  }
}
