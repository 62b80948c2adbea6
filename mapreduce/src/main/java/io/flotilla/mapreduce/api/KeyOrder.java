package io.flotilla.mapreduce.api;

import java.util.Arrays;

/** The order of encoded keys (§4.2 of the paper); keys that compare equal are one group. Thread-safe. */
@FunctionalInterface
public interface KeyOrder {
  /** By unsigned bytes, a shorter key before its extensions; what {@link Codecs} encodes sorts as its values do. */
  KeyOrder BYTES = (left, leftFrom, leftLength, right, rightFrom, rightLength) -> Arrays.compareUnsigned(left, leftFrom,
      leftFrom + leftLength, right, rightFrom, rightFrom + rightLength);

  /** The other way round. */
  KeyOrder BYTES_DESCENDING = (left, leftFrom, leftLength, right, rightFrom, rightLength) -> Arrays.compareUnsigned(right, rightFrom,
      rightFrom + rightLength, left, leftFrom, leftFrom + leftLength);

  /** Negative, zero or positive, as with comparators. */
  int compare(byte[] left, int leftFrom, int leftLength, byte[] right, int rightFrom, int rightLength);
}
