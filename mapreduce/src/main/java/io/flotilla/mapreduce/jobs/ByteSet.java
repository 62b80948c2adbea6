package io.flotilla.mapreduce.jobs;

import java.util.Arrays;

/** A set of byte strings in two arrays: open addressing over one that holds them all, each after its length. */
final class ByteSet {
  private static final int FIRST_SLOTS = 1024;

  /** Position + 1 of the string in {@link #strings}; 0: free. */
  private int[] slots = new int[FIRST_SLOTS];
  private byte[] strings = new byte[16 * FIRST_SLOTS];
  private int used;
  private int size;

  /** Whether it was not there yet. */
  boolean add(byte[] bytes, int from, int length) {
    int slot = find(bytes, from, length);
    if (slots[slot] != 0) {
      return false;
    }
    slots[slot] = append(bytes, from, length) + 1;
    if (++size * 2 > slots.length) {
      grow();
    }
    return true;
  }

  /** What it holds in memory, about. */
  long sizeBytes() {
    return used + 4L * slots.length;
  }

  void clear() {
    Arrays.fill(slots, 0);
    used = 0;
    size = 0;
  }

  private int find(byte[] bytes, int from, int length) {
    int mask = slots.length - 1;
    int slot = hash(bytes, from, length) & mask;
    while (slots[slot] != 0 && !holds(slots[slot] - 1, bytes, from, length)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private boolean holds(int position, byte[] bytes, int from, int length) {
    int first = position + 4;
    return lengthAt(position) == length && Arrays.equals(strings, first, first + length, bytes, from, from + length);
  }

  private int append(byte[] bytes, int from, int length) {
    int position = used;
    if (strings.length - used < length + 4) {
      strings = Arrays.copyOf(strings, Math.max(used + length + 4, strings.length * 2));
    }
    for (int i = 0; i < 4; i++) {
      strings[position + i] = (byte) (length >>> (8 * i));
    }
    System.arraycopy(bytes, from, strings, position + 4, length);
    used += length + 4;
    return position;
  }

  private int lengthAt(int position) {
    return (strings[position] & 0xFF) | ((strings[position + 1] & 0xFF) << 8) | ((strings[position + 2] & 0xFF) << 16)
        | (strings[position + 3] << 24);
  }

  private void grow() {
    slots = new int[slots.length * 2];
    for (int position = 0; position < used; position += 4 + lengthAt(position)) {
      slots[find(strings, position + 4, lengthAt(position))] = position + 1;
    }
  }

  private static int hash(byte[] bytes, int from, int length) {
    int hash = 0;
    for (int i = from; i < from + length; i++) {
      hash = hash * 31 + bytes[i];
    }
    return hash ^ hash >>> 15;
  }
}
