package io.flotilla.mapreduce.sort;

import java.io.IOException;

/** Encoded records, one after the other. What the accessors give is valid until the next {@link #next}. */
public interface RecordCursor extends AutoCloseable {
  /** Moves to the next record, if there is one. */
  boolean next() throws IOException;

  /** Holds key and value. */
  byte[] array();

  int keyFrom();

  int keyLength();

  int valueFrom();

  int valueLength();

  @Override
  void close() throws IOException;
}
