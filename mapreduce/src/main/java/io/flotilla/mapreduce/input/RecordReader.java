package io.flotilla.mapreduce.input;

import io.flotilla.mapreduce.InputRange;
import io.flotilla.mapreduce.api.InputFormat;
import java.io.IOException;
import java.util.List;

/** Records of a split, one after the other. */
public interface RecordReader<K, V> extends AutoCloseable {
  /**
   * Moves to the next record, if there is one.
   *
   * @throws IOException the input cannot be read, or a record is larger than allowed and such fail the task; says where
   */
  boolean next() throws IOException;

  K key();

  /** Valid until the next {@link #next}. */
  V value();

  /** Of the record at hand: a file's path or {@code kv:KEY}. */
  String source();

  /** Where the record at hand begins in it. */
  long offsetBytes();

  /** What was read so far, to be compared with the ranges' lengths. */
  long bytesRead();

  /** Records left out so far because they were too large. */
  long skippedRecords();

  /** Records so far with bytes that are no UTF-8, of formats that decode text. */
  long malformedRecords();

  @Override
  void close() throws IOException;

  /** A reader over these ranges. */
  static <K, V> RecordReader<K, V> open(InputFormat<K, V> format, List<InputRange> ranges, InputAccess access) {
    Documents documents = new Documents(ranges, access);
    RecordReader<?, ?> reader = switch (format) {
      case InputFormat.Lines _ -> new LineReader<>(documents, access, new DecodedLine());
      case InputFormat.RawLines _ -> new LineReader<>(documents, access, new RawLine());
      case InputFormat.WholeFiles _ -> new WholeFileReader(documents, access);
    };
    @SuppressWarnings("unchecked")   // each format's reader gives what the format is declared with
    RecordReader<K, V> typed = (RecordReader<K, V>) reader;
    return typed;
  }
}
