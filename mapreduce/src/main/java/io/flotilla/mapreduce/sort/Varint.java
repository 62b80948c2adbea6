package io.flotilla.mapreduce.sort;

/** Lengths in one to five bytes, seven bits in each, the lowest first. */
final class Varint {
  static final int MAX_BYTES = 5;

  private Varint() {}

  static int size(int value) {
    return value < 1 << 7 ? 1 : value < 1 << 14 ? 2 : value < 1 << 21 ? 3 : value < 1 << 28 ? 4 : MAX_BYTES;
  }

  /** Returns where it ends. */
  static int write(int value, byte[] target, int from) {
    int at = from;
    int rest = value;
    while (rest > 0x7F) {
      target[at++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    target[at++] = (byte) rest;
    return at;
  }

  static int read(byte[] source, int from) {
    int value = source[from];
    return value >= 0 ? value : readLonger(source, from);
  }

  private static int readLonger(byte[] source, int from) {
    int value = 0;
    for (int i = 0; i < MAX_BYTES; i++) {
      byte b = source[from + i];
      value |= (b & 0x7F) << (7 * i);
      if (b >= 0) {
        break;
      }
    }
    return value;
  }
}
