package io.flotilla.mapreduce.sort;

/** Merge sort of a {@link SortBuffer}'s index: stable, and never slower than n log n whatever the keys are. */
final class IndexSort {
  private static final int RUN = 12;

  private final KeyBytes keys;
  private final byte[] data;

  IndexSort(KeyBytes keys, byte[] data) {
    this.keys = keys;
    this.data = data;
  }

  /** Sorts the entries from {@code first} to before {@code end}; {@code spare} is written over there. */
  void sort(long[] index, long[] spare, int first, int end) {
    int count = end - first;
    if (count <= RUN) {
      insertionSort(index, first, end);
      return;
    }
    int middle = first + count / 2;
    sort(index, spare, first, middle);
    sort(index, spare, middle, end);
    if (compare(index, middle - 1, index, middle) > 0) {
      merge(index, spare, first, middle, end);
    }
  }

  /** Merges two sorted neighbours: the left one moves out of the way, then the smaller entry goes first. */
  private void merge(long[] index, long[] spare, int first, int middle, int end) {
    System.arraycopy(index, 2 * first, spare, 2 * first, 2 * (middle - first));
    int left = first;
    int right = middle;
    int to = first;
    while (left < middle && right < end) {
      if (compare(spare, left, index, right) <= 0) {
        copy(spare, left++, index, to++);
      } else {
        copy(index, right++, index, to++);
      }
    }
    System.arraycopy(spare, 2 * left, index, 2 * to, 2 * (middle - left));
  }

  private void insertionSort(long[] index, int first, int end) {
    for (int i = first + 1; i < end; i++) {
      long prefix = index[2 * i];
      long place = index[2 * i + 1];
      int to = i;
      while (to > first && compare(index[2 * to - 2], index[2 * to - 1], prefix, place) > 0) {
        copy(index, to - 1, index, to);
        to--;
      }
      index[2 * to] = prefix;
      index[2 * to + 1] = place;
    }
  }

  private static void copy(long[] source, int from, long[] target, int to) {
    target[2 * to] = source[2 * from];
    target[2 * to + 1] = source[2 * from + 1];
  }

  private int compare(long[] left, int leftEntry, long[] right, int rightEntry) {
    return compare(left[2 * leftEntry], left[2 * leftEntry + 1], right[2 * rightEntry], right[2 * rightEntry + 1]);
  }

  private int compare(long leftPrefix, long leftPlace, long rightPrefix, long rightPlace) {
    return leftPrefix != rightPrefix ? Long.compare(leftPrefix, rightPrefix) : compareKeys((int) leftPlace, (int) rightPlace);
  }

  private int compareKeys(int left, int right) {
    return keys.compare(data, SortBuffer.keyAt(data, left), Varint.read(data, left), data, SortBuffer.keyAt(data, right),
        Varint.read(data, right));
  }
}
