package io.flotilla.bench;

import java.nio.charset.StandardCharsets;

/** Names of keys: all of one length, so that a request's length does not depend on its key. */
final class Keys {
  private static final int DIGITS = 9;
  private static final byte[] PREFIX = "bench-".getBytes(StandardCharsets.US_ASCII);
  static final int LENGTH = PREFIX.length + DIGITS;

  private Keys() {}

  /** The key of that number in ASCII. By hand, as formatting would cost more than the rest of a request. */
  static byte[] name(int number) {
    byte[] name = new byte[LENGTH];
    System.arraycopy(PREFIX, 0, name, 0, PREFIX.length);
    int rest = number;
    for (int i = LENGTH - 1; i >= PREFIX.length; i--) {
      name[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    return name;
  }
}
