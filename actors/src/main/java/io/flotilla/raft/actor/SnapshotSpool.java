package io.flotilla.raft.actor;

import io.flotilla.persistence.StoredContent;
import java.io.IOException;

/** Where a snapshot gathers that a leader sends in chunks. Blocks; one caller at a time, from any thread. */
public interface SnapshotSpool {
  /**
   * Keeps a chunk.
   *
   * @param offset 0 starts anew; else no greater than what is there, so that no hole can be
   * @return size of the content so far, in bytes
   */
  long write(long offset, byte[] data) throws IOException;

  /** What has gathered. Good until the next {@link #write} at offset 0 or {@link #clear}. */
  StoredContent content() throws IOException;

  /** Drops everything. */
  void clear() throws IOException;
}
