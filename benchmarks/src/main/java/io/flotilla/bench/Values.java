package io.flotilla.bench;

import java.util.Random;

/** Random values of one size, made beforehand: incompressible, and cheap to take. */
final class Values {
  private static final int MOST_VALUES = 256;
  private static final int MOST_BYTES = 16 << 20;
  private final byte[][] values;

  Values(int sizeBytes) {
    int count = Math.clamp(MOST_BYTES / Math.max(1, sizeBytes), 1, MOST_VALUES);
    values = new byte[count][sizeBytes];
    Random random = new Random(42);
    for (byte[] value : values) {
      random.nextBytes(value);
    }
  }

  int count() {
    return values.length;
  }

  /** The value for that number: not to be changed. */
  byte[] get(int number) {
    return values[number % values.length];
  }
}
