package io.flotilla.mapreduce.api;

/**
 * What becomes a record. Input is files, or with {@code kv:PREFIX} the store, where each value counts as a file named
 * {@code kv:KEY}.
 */
public sealed interface InputFormat<K1, V1> {
  /**
   * Lines: the offset of the first byte, and the text without its {@code \n} (a {@code \r} before it is part of the line). Malformed
   * UTF-8 becomes U+FFFD, and such lines are counted ({@link io.flotilla.mapreduce.Counters#MALFORMED_RECORDS}). Files are cut
   * anywhere: a line belongs to the split in which it begins.
   */
  record Lines() implements InputFormat<Long, String> {}

  /** Lines as they are, their UTF-8 neither decoded nor checked. */
  record RawLines() implements InputFormat<Long, Bytes> {}

  /** Whole files or values, by name; they have to fit {@code flotilla.mapreduce.max-record-size} and are never cut. */
  record WholeFiles() implements InputFormat<String, Bytes> {}

  static InputFormat<Long, String> lines() {
    return new Lines();
  }

  static InputFormat<Long, Bytes> rawLines() {
    return new RawLines();
  }

  static InputFormat<String, Bytes> wholeFiles() {
    return new WholeFiles();
  }

  /** Whether splits may begin and end within a file; if not, each file is one map task. */
  default boolean cutsFiles() {
    return !(this instanceof WholeFiles);
  }
}
