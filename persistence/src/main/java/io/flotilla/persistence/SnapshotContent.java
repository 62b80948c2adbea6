package io.flotilla.persistence;

import java.io.IOException;
import java.io.OutputStream;

/**
 * The bulk of a snapshot, as a stream: a state of a gigabyte never has to stand in one array.
 *
 * <p>The content is fixed from the moment the object exists, however the state it was taken from goes on changing, and
 * every call writes the same bytes. Thread-safe: the snapshot store calls from a thread of its own.
 */
public interface SnapshotContent {
  /**
   * Writes the whole content.
   *
   * @param out not closed by this method
   * @throws IOException what {@code out} threw; the snapshot is then not saved
   */
  void writeTo(OutputStream out) throws IOException;
}
