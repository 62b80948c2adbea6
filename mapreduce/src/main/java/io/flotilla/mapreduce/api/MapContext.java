package io.flotilla.mapreduce.api;

/** What a mapper can do, and where the record at hand comes from. */
public interface MapContext<K2, V2> extends TaskContext<K2, V2> {
  /** A file's path, or {@code kv:KEY}. */
  String source();

  /** Where the record begins within its source. */
  long offsetBytes();
}
