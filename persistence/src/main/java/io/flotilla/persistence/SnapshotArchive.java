package io.flotilla.persistence;

import java.util.Optional;

/** Read access to the content of snapshots that were saved, for sending them elsewhere. Thread-safe. */
public interface SnapshotArchive {
  /**
   * The content of one saved snapshot.
   *
   * @return empty if there is no such snapshot or it was not a {@link StreamedSnapshot}
   */
  Optional<StoredContent> find(String persistenceId, long sequenceNr);
}
