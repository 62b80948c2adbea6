package io.flotilla.persistence;

import java.io.IOException;
import java.io.InputStream;

/** Content that rests on disk (or in memory, in tests), so it can be read from anywhere and its size is known. */
public interface StoredContent extends SnapshotContent {
  /** Size of the whole content in bytes. */
  long sizeBytes();

  /**
   * Opens the content for reading.
   *
   * @param offsetBytes where to begin, from 0 to {@link #sizeBytes()}
   * @throws IOException the content is no longer there (a newer snapshot replaced it) or fails its checksum
   */
  InputStream open(long offsetBytes) throws IOException;
}
