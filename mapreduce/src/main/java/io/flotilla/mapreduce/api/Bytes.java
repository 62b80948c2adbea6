package io.flotilla.mapreduce.api;

import java.nio.charset.StandardCharsets;

/**
 * A stretch of bytes in somebody's buffer: text that nobody has to decode. Its owner sets it anew for the next record, so whoever
 * wants to keep the bytes copies them.
 */
public final class Bytes {
  private byte[] array = {};
  private int from;
  private int length;

  public Bytes set(byte[] array, int from, int length) {
    this.array = array;
    this.from = from;
    this.length = length;
    return this;
  }

  public byte[] array() {
    return array;
  }

  public int from() {
    return from;
  }

  public int length() {
    return length;
  }

  /** As UTF-8; what is malformed becomes U+FFFD. */
  @Override
  public String toString() {
    return new String(array, from, length, StandardCharsets.UTF_8);
  }
}
