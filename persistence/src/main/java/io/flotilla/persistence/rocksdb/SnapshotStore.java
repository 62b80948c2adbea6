package io.flotilla.persistence.rocksdb;

import io.flotilla.persistence.SnapshotArchive;
import io.flotilla.persistence.SnapshotContent;
import io.flotilla.persistence.StoredContent;
import io.flotilla.persistence.rocksdb.GroupSyncWriter.Operation;
import io.flotilla.persistence.rocksdb.RecordReader.Place;
import io.flotilla.persistence.rocksdb.SnapshotManifest.ContentRef;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Snapshots in the database; knows nothing of actors. Thread-safe.
 *
 * <p>A save writes the content first and then, together with the journal's next group, the manifest that makes it
 * visible. A crash in between leaves content without a manifest, which the next start removes.
 */
final class SnapshotStore implements SnapshotArchive {
  /** A snapshot that can be read. */
  record Saved(long sequenceNr, SnapshotManifest manifest, StoredContent content) {}

  /** A snapshot on its way in; the fields as in {@link SnapshotManifest}. */
  record Save(
      String persistenceId,
      long sequenceNr,
      long timestamp,
      boolean streamed,
      SerializedObject object,
      SnapshotContent content,
      Optional<SerializedObject> metadata) {}

  private record Entry(long sequenceNr, SnapshotManifest manifest) {}

  private final RocksDatabase database;
  private final PersistenceIds ids;
  private final GroupSyncWriter writer;
  private final int keep;
  private final Path folder;
  private final AtomicLong lastContentId;

  /** Removes what saves cut short by a crash have left. */
  SnapshotStore(RocksDatabase database, PersistenceIds ids, GroupSyncWriter writer, int keep) {
    this.database = database;
    this.ids = ids;
    this.writer = writer;
    this.keep = keep;
    this.folder = database.directory().resolve("unfinished-snapshots");
    this.lastContentId = new AtomicLong(removeLeftovers());
  }

  /** Saves a snapshot; blocks for as long as it takes to write the content, and for the sync no longer. */
  CompletableFuture<Void> save(Save save) throws IOException {
    long contentId = lastContentId.incrementAndGet();
    try (ContentWriter out = new ContentWriter(database, folder, contentId)) {
      save.content.writeTo(out);
      ContentRef content = out.finish();
      SnapshotManifest manifest =
          new SnapshotManifest(save.timestamp, save.streamed, save.object, content, save.metadata);
      return publish(save, manifest, out);
    }
  }

  private CompletableFuture<Void> publish(Save save, SnapshotManifest manifest, ContentWriter written) {
    byte[] smallKey = KeyLayout.smallContent(manifest.content().id());
    Optional<byte[]> small =
        manifest.content().ingested() ? Optional.empty() : Optional.of(written.single(smallKey));
    List<Entry> replaced = new ArrayList<>();
    return changing(batch -> ids.addFor(save.persistenceId, batch, numericId -> {
      byte[] key = KeyLayout.manifest(numericId, save.sequenceNr);
      batch.put(key, manifest.encode(key));
      if (small.isPresent()) {
        batch.put(smallKey, small.get());
      }
      for (Entry entry : supersededBy(save, numericId)) {
        replaced.add(entry);
        delete(numericId, entry, batch, entry.sequenceNr != save.sequenceNr);
      }
    })).thenRun(() -> dropContents(replaced));
  }

  /** The snapshots that a new one replaces: of its own sequence number, and those past the number to keep. */
  private List<Entry> supersededBy(Save save, long numericId) {
    List<Entry> older = entries(save.persistenceId, numericId, 0, save.sequenceNr);
    List<Entry> superseded = new ArrayList<>();
    int kept = 1;
    for (Entry entry : older) {
      if (entry.sequenceNr == save.sequenceNr || (keep > 0 && kept >= keep)) {
        superseded.add(entry);
      } else {
        kept++;
      }
    }
    return superseded;
  }

  /** The newest snapshot in the range of sequence numbers that the test accepts. */
  Optional<Saved> newest(String persistenceId, long minSequenceNr, long maxSequenceNr, Predicate<SnapshotManifest> test) {
    OptionalLong numericId = ids.find(persistenceId);
    if (numericId.isEmpty()) {
      return Optional.empty();
    }
    return entries(persistenceId, numericId.getAsLong(), minSequenceNr, maxSequenceNr).stream()
        .filter(entry -> test.test(entry.manifest))
        .findFirst()
        .map(entry -> saved(persistenceId, entry));
  }

  @Override
  public Optional<StoredContent> find(String persistenceId, long sequenceNr) {
    return newest(persistenceId, sequenceNr, sequenceNr, SnapshotManifest::streamed)
        .map(Saved::content);
  }

  /** Deletes the snapshots in the range of sequence numbers that the test accepts. */
  CompletableFuture<Void> delete(
      String persistenceId, long minSequenceNr, long maxSequenceNr, Predicate<SnapshotManifest> test) {
    List<Entry> deleted = new ArrayList<>();
    return changing(batch -> {
      OptionalLong numericId = ids.find(persistenceId);
      if (numericId.isPresent()) {
        for (Entry entry : entries(persistenceId, numericId.getAsLong(), minSequenceNr, maxSequenceNr)) {
          if (test.test(entry.manifest)) {
            deleted.add(entry);
            delete(numericId.getAsLong(), entry, batch, true);
          }
        }
      }
    }).thenRun(() -> dropContents(deleted));
  }

  private static void delete(long numericId, Entry entry, WriteBatch batch, boolean withManifest)
      throws RocksDBException {
    if (withManifest) {
      batch.delete(KeyLayout.manifest(numericId, entry.sequenceNr));
    }
    if (!entry.manifest.content().ingested()) {
      batch.delete(KeyLayout.smallContent(entry.manifest.content().id()));
    }
  }

  /** Only after no manifest refers to them any more. */
  private void dropContents(List<Entry> entries) {
    for (Entry entry : entries) {
      if (entry.manifest.content().ingested()) {
        database.dropContent(entry.manifest.content().id());
      }
    }
  }

  /** Newest first. */
  private List<Entry> entries(String persistenceId, long numericId, long minSequenceNr, long maxSequenceNr) {
    List<Entry> entries = new ArrayList<>();
    byte[] first = KeyLayout.manifest(numericId, Math.max(0, minSequenceNr));
    database.scanBackwards(first, KeyLayout.manifest(numericId, maxSequenceNr), (key, value) -> {
      long sequenceNr = KeyLayout.sequenceNr(key);
      entries.add(new Entry(sequenceNr, SnapshotManifest.decode(place(persistenceId, sequenceNr), key, value)));
      return true;
    });
    return entries;
  }

  private Saved saved(String persistenceId, Entry entry) {
    String name = "snapshot %d of %s".formatted(entry.sequenceNr, persistenceId);
    return new Saved(entry.sequenceNr, entry.manifest, new RocksContent(database, name, entry.manifest.content()));
  }

  private Place place(String persistenceId, long sequenceNr) {
    return () -> "%s, snapshot %d of %s".formatted(database.directory(), sequenceNr, persistenceId);
  }

  @FunctionalInterface
  private interface Change {
    void addTo(WriteBatch batch) throws RocksDBException;
  }

  /** Submits a change that reads what earlier ones have written. */
  private CompletableFuture<Void> changing(Change change) {
    return writer.submit(new Operation() {
      @Override
      public void addTo(WriteBatch batch) throws RocksDBException {
        change.addTo(batch);
      }

      @Override
      public boolean readsDatabase() {
        return true;
      }
    });
  }

  /** Gives the highest content id in use. */
  private long removeLeftovers() {
    removeUnfinishedFiles();
    Set<Long> inUse = new HashSet<>();
    database.scan(KeyLayout.firstManifest(), KeyLayout.lastManifest(), (key, value) -> {
      Place where = () -> "%s, a snapshot's manifest".formatted(database.directory());
      inUse.add(SnapshotManifest.decode(where, key, value).content().id());
      return true;
    });
    List<Long> onDisk = database.contentIds();
    onDisk.stream().filter(id -> !inUse.contains(id)).forEach(database::dropContent);
    return Stream.concat(inUse.stream(), onDisk.stream()).mapToLong(Long::longValue).max().orElse(0);
  }

  private void removeUnfinishedFiles() {
    try {
      Files.createDirectories(folder);
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot clean the folder " + folder + ": " + e, e);
    }
  }
}
