package io.flotilla.kv;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A key: {@link KvLimits#MIN_KEY_BYTES} to {@link KvLimits#MAX_KEY_BYTES} bytes of UTF-8, ordered by its unsigned bytes. */
public final class Key implements Comparable<Key> {
  private final byte[] utf8;
  private final int hash;

  private Key(byte[] utf8) {
    if (utf8.length < KvLimits.MIN_KEY_BYTES || utf8.length > KvLimits.MAX_KEY_BYTES) {
      throw new IllegalArgumentException("a key has %d to %d bytes of UTF-8, this one %d"
          .formatted(KvLimits.MIN_KEY_BYTES, KvLimits.MAX_KEY_BYTES, utf8.length));
    }
    this.utf8 = utf8;
    this.hash = Arrays.hashCode(utf8);
  }

  /**
   * The key of that text.
   *
   * @throws IllegalArgumentException too short or too long
   */
  public static Key of(String text) {
    return new Key(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The key of those bytes, which the caller gives away and knows to be UTF-8.
   *
   * @throws IllegalArgumentException too short or too long
   */
  public static Key ofUtf8(byte[] utf8) {
    return new Key(utf8);
  }

  /** The bytes themselves: not to be changed. */
  public byte[] utf8() {
    return utf8;
  }

  @Override
  public int compareTo(Key other) {
    return Arrays.compareUnsigned(utf8, other.utf8);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Key key && Arrays.equals(utf8, key.utf8);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return new String(utf8, StandardCharsets.UTF_8);
  }
}
