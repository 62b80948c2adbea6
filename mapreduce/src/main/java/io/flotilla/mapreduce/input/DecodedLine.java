package io.flotilla.mapreduce.input;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;

/** Decodes lines as UTF-8, replaces what is malformed by U+FFFD, and counts the lines that needed it. */
final class DecodedLine implements LineReader.LineValue<String> {
  private static final char REPLACEMENT = '\uFFFD';

  private final CharsetDecoder strict = StandardCharsets.UTF_8.newDecoder();
  private long malformed;

  @Override
  public String of(byte[] array, int from, int length) {
    String text = new String(array, from, length, StandardCharsets.UTF_8);
    if (text.indexOf(REPLACEMENT) >= 0 && !isWellFormed(array, from, length)) {
      malformed++;
    }
    return text;
  }

  /** The character may as well stand in the text itself. */
  private boolean isWellFormed(byte[] array, int from, int length) {
    try {
      strict.decode(ByteBuffer.wrap(array, from, length));
      return true;
    } catch (CharacterCodingException _) {
      return false;
    }
  }

  @Override
  public long malformed() {
    return malformed;
  }
}
