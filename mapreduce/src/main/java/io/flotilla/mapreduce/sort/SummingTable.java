package io.flotilla.mapreduce.sort;

import io.flotilla.mapreduce.api.ByteSink;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.LongBinaryOperator;

/**
 * Finds a key's record in a {@link SortBuffer} and merges its number there, so that a key that comes a million times is stored
 * once (§4.3 of the paper). Open addressing; a slot holds the key's tag beside the record's position, so that few keys are compared: 25
 * bits of its hash and its length, if that is less than {@link #LONG_KEY}.
 */
public final class SummingTable {
  private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final int MIN_SLOTS = 16;
  private static final int MAX_FIRST_SLOTS = 8192;
  private static final int HASH_BITS = 25;
  /** The lengths of a shorter key and of its number take a byte each before it. */
  private static final int LONG_KEY = 127;

  private final SortBuffer buffer;
  private final LongBinaryOperator operator;
  private final ByteSink number = new ByteSink();
  /** Tag, then position + 1; 0: free. */
  private long[] slots;

  /** A table before a buffer of that size, of which it takes a part at first and more as keys come. */
  public SummingTable(SortBuffer buffer, LongBinaryOperator operator, int limitBytes) {
    this.buffer = buffer;
    this.operator = operator;
    this.slots = new long[Integer.highestOneBit(Math.clamp(limitBytes / 128, MIN_SLOTS, MAX_FIRST_SLOTS))];
  }

  /** What it uses itself, and would after growing once. */
  public long sizeBytes() {
    return 3L * Long.BYTES * slots.length;
  }

  public void clear() {
    Arrays.fill(slots, 0);
  }

  /** Merges the number into the key's; false if the key is new, which {@link #add} would put in. */
  public boolean merge(long hash, byte[] key, int from, int length, long value) {
    long slot = slots[find(tag(hash, length), key, from, length)];
    if (slot == 0) {
      return false;
    }
    byte[] data = buffer.data();
    int at = keyAt(data, (int) slot - 1, length) + length;
    long merged = operator.applyAsLong((long) LONGS.get(data, at) ^ Long.MIN_VALUE, value);
    LONGS.set(data, at, merged ^ Long.MIN_VALUE);
    return true;
  }

  /** Puts in a key that is not there, for which the buffer has room. */
  public void add(long hash, int partition, byte[] key, int from, int length, long value) {
    number.clear();
    number.writeLong(value ^ Long.MIN_VALUE);
    int position = buffer.append(partition, key, from, length, number.array(), Long.BYTES);
    int tag = tag(hash, length);
    slots[find(tag, key, from, length)] = ((long) tag << 32) | (position + 1);
    if (buffer.records() * 2 > slots.length) {
      grow();
    }
  }

  private static int tag(long hash, int length) {
    return (Math.min(length, LONG_KEY) << HASH_BITS) | ((int) hash & ((1 << HASH_BITS) - 1));
  }

  private static int keyAt(byte[] data, int position, int length) {
    return length < LONG_KEY ? position + 2 : SortBuffer.keyAt(data, position);
  }

  private int find(int tag, byte[] key, int from, int length) {
    int mask = slots.length - 1;
    int at = tag & mask;
    while (slots[at] != 0 && !((int) (slots[at] >>> 32) == tag && holds((int) slots[at] - 1, key, from, length))) {
      at = (at + 1) & mask;
    }
    return at;
  }

  private boolean holds(int position, byte[] key, int from, int length) {
    byte[] data = buffer.data();
    if (length >= LONG_KEY && Varint.read(data, position) != length) {
      return false;
    }
    int keyFrom = keyAt(data, position, length);
    return length <= Long.BYTES
        ? KeyBytes.first(data, keyFrom, length) == KeyBytes.first(key, from, length)
        : Arrays.equals(data, keyFrom, keyFrom + length, key, from, from + length);
  }

  private void grow() {
    long[] old = slots;
    slots = new long[old.length * 2];
    int mask = slots.length - 1;
    for (long slot : old) {
      if (slot != 0) {
        int at = (int) (slot >>> 32) & mask;
        while (slots[at] != 0) {
          at = (at + 1) & mask;
        }
        slots[at] = slot;
      }
    }
  }
}
