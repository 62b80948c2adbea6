package io.flotilla.mapreduce.api;

/**
 * How a pair is written: in a file as a line {@code key<TAB>value}, in the store under {@code PREFIX} and the key. The parts of a
 * file's output are {@code part-r-00000} and so on, beside {@code _SUCCESS} once all are there.
 */
public interface OutputFormat<K3, V3> {
  /** Appends the key. In the store, 1 to 4,096 bytes with the prefix. */
  void writeKey(K3 key, ByteSink sink);

  /** Appends the value. */
  void writeValue(V3 value, ByteSink sink);

  /** Appends the line for a part. */
  default void writeLine(K3 key, V3 value, ByteSink sink) {
    writeKey(key, sink);
    sink.write((byte) '\t');
    writeValue(value, sink);
    sink.write((byte) '\n');
  }

  /** Text: bytes as they are, anything else by its {@code toString}, in UTF-8. */
  static <K, V> OutputFormat<K, V> text() {
    return new TextOutput<>(true);
  }

  /** Likewise, but a line is the key alone. */
  static <K, V> OutputFormat<K, V> keysOnly() {
    return new TextOutput<>(false);
  }
}
