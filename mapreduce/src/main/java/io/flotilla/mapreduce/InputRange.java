package io.flotilla.mapreduce;

/** A stretch of the input. */
public sealed interface InputRange {
  /**
   * Of a file: the records that begin in it, the last one to its end wherever that is.
   *
   * @param firstByte where it begins, possibly in the middle of a record, which then is the range's before
   * @param lengthBytes at least 1, unless the file is empty
   */
  record FileRange(String path, long firstByte, long lengthBytes) implements InputRange {}

  /**
   * Of the store: the records with these keys.
   *
   * @param firstKey in UTF-8
   * @param beforeKey in UTF-8; empty for no bound
   */
  record KeyRange(String firstKey, String beforeKey) implements InputRange {}
}
