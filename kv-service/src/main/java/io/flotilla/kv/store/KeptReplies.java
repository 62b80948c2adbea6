package io.flotilla.kv.store;

import java.util.Arrays;

/**
 * One session's answers by sequence number, in rising order. A router's session has many: new ones come at the end and old ones
 * go from the front, both without moving the rest.
 */
final class KeptReplies {
  private long[] sequences = new long[1]; // Most sessions are callers' own, with one write at a time.
  private byte[][] replies = new byte[1][];
  private int first;
  private int end;

  int count() {
    return end - first;
  }

  /** How many could be held without growing: what the arrays take. */
  int capacity() {
    return sequences.length;
  }

  long sequenceAt(int index) {
    return sequences[first + index];
  }

  byte[] replyAt(int index) {
    return replies[first + index];
  }

  /** The answer to that write, or null. */
  byte[] find(long sequence) {
    int found = Arrays.binarySearch(sequences, first, end, sequence);
    return found < 0 ? null : replies[found];
  }

  /** Keeps the answer to a write that has none yet. */
  void keep(long sequence, byte[] reply) {
    if (end == sequences.length) {
      makeRoom();
    }
    int place = -Arrays.binarySearch(sequences, first, end, sequence) - 1;
    System.arraycopy(sequences, place, sequences, place + 1, end - place);
    System.arraycopy(replies, place, replies, place + 1, end - place);
    sequences[place] = sequence;
    replies[place] = reply;
    end++;
  }

  /** Forgets the lowest. */
  byte[] removeFirst() {
    byte[] reply = replies[first];
    replies[first++] = null;
    return reply;
  }

  KeptReplies copy() {
    KeptReplies copy = new KeptReplies();
    copy.sequences = Arrays.copyOfRange(sequences, first, Math.max(end, first + 1));
    copy.replies = Arrays.copyOfRange(replies, first, Math.max(end, first + 1));
    copy.end = end - first;
    return copy;
  }

  /** Moves all to the front if half is free, so that each is moved once on average; else doubles. */
  private void makeRoom() {
    int count = count();
    int capacity = first >= sequences.length / 2 && first > 0 ? sequences.length : sequences.length * 2;
    long[] roomySequences = new long[capacity];
    byte[][] roomyReplies = new byte[capacity][];
    System.arraycopy(sequences, first, roomySequences, 0, count);
    System.arraycopy(replies, first, roomyReplies, 0, count);
    sequences = roomySequences;
    replies = roomyReplies;
    first = 0;
    end = count;
  }
}
