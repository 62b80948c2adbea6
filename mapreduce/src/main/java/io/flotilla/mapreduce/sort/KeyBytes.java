package io.flotilla.mapreduce.sort;

import io.flotilla.mapreduce.api.KeyOrder;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Compares and hashes encoded keys, most of the time by their first eight bytes alone. */
public final class KeyBytes {
  private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

  private final KeyOrder order;
  private final boolean byBytes;

  public KeyBytes(KeyOrder order) {
    this.order = order;
    this.byBytes = order.equals(KeyOrder.BYTES);
  }

  /** A number that sorts as the key does, as far as it goes: keys whose numbers are equal have to be compared in full. */
  long prefix(byte[] array, int from, int length) {
    return byBytes ? first(array, from, Math.min(length, Long.BYTES)) ^ Long.MIN_VALUE : 0;
  }

  int compare(byte[] left, int leftFrom, int leftLength, byte[] right, int rightFrom, int rightLength) {
    return order.compare(left, leftFrom, leftLength, right, rightFrom, rightLength);
  }

  /** The same on every node and in every version, as partitions depend on it. */
  public static long hash(byte[] array, int from, int length) {
    long hash = length * MULTIPLIER;
    int at = from;
    int left = length;
    while (left > Long.BYTES) {
      hash = mix(hash ^ (long) LONGS.get(array, at));
      at += Long.BYTES;
      left -= Long.BYTES;
    }
    return mix(hash ^ first(array, at, left));
  }

  /** Spreads keys evenly by the upper half of their {@link #hash}; tables use the lower one. */
  public static int partition(long hash, int partitions) {
    return (int) (((hash >>> 32) * partitions) >>> 32);
  }

  /** Every bit of the value reaches the lower half, where short keys have only zeros, and the upper one. */
  private static long mix(long value) {
    long upperDown = (value ^ (value >>> 32)) * MULTIPLIER;
    long mixed = (upperDown ^ (upperDown >>> 29)) * 0xBF58476D1CE4E5B9L;
    return mixed ^ (mixed >>> 32);
  }

  /** Up to eight bytes as the upper ones of a number, zeros below. */
  static long first(byte[] array, int from, int length) {
    if (length == 0) {
      return 0;
    }
    if (array.length - from >= Long.BYTES) {
      int spare = (Long.BYTES - length) * Byte.SIZE;
      return ((long) LONGS.get(array, from) >>> spare) << spare;
    }
    long value = 0;
    for (int i = 0; i < length; i++) {
      value |= (array[from + i] & 0xFFL) << (56 - 8 * i);
    }
    return value;
  }
}
