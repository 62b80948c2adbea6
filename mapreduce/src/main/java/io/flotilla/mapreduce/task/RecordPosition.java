package io.flotilla.mapreduce.task;

/**
 * Where a record begins.
 *
 * @param source a file's path, {@code kv:KEY}, or for a reduce task the key as text
 * @param offsetBytes within the file; 0 otherwise
 */
public record RecordPosition(String source, long offsetBytes) implements Comparable<RecordPosition> {
  @Override
  public int compareTo(RecordPosition other) {
    int bySource = source.compareTo(other.source);
    return bySource != 0 ? bySource : Long.compare(offsetBytes, other.offsetBytes);
  }

  @Override
  public String toString() {
    return source + ":" + offsetBytes;
  }
}
