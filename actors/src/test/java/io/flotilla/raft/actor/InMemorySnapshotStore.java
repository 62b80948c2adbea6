package io.flotilla.raft.actor;

import io.flotilla.persistence.SnapshotArchive;
import io.flotilla.persistence.StoredContent;
import io.flotilla.persistence.StreamedSnapshot;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.persistence.SelectedSnapshot;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import org.apache.pekko.persistence.snapshot.japi.SnapshotStore;
import scala.concurrent.Future;
import scala.jdk.javaapi.FutureConverters;

/** A snapshot store in memory that knows {@link StreamedSnapshot}; what it holds outlives its actors, as a disk does. */
public final class InMemorySnapshotStore extends SnapshotStore {
  private record Key(String persistenceId, long sequenceNr) {}

  private record Saved(SnapshotMetadata metadata, StreamedSnapshot snapshot) {}

  private static final Map<Key, Saved> SAVED = new ConcurrentHashMap<>();

  /** By persistence id: snapshots that cannot be saved, and why. */
  static final Map<String, IOException> FAILING = new ConcurrentHashMap<>();

  static SnapshotArchive archive() {
    return (persistenceId, sequenceNr) -> Optional.ofNullable(SAVED.get(new Key(persistenceId, sequenceNr)))
        .map(saved -> (StoredContent) saved.snapshot.content());
  }

  @Override
  public Future<Optional<SelectedSnapshot>> doLoadAsync(String persistenceId, SnapshotSelectionCriteria criteria) {
    return done(SAVED.values().stream()
        .filter(saved -> saved.metadata.persistenceId().equals(persistenceId) && matches(criteria, saved.metadata))
        .max(Comparator.comparingLong(saved -> saved.metadata.sequenceNr()))
        .map(saved -> SelectedSnapshot.create(saved.metadata, saved.snapshot)));
  }

  @Override
  public Future<Void> doSaveAsync(SnapshotMetadata metadata, Object snapshot) {
    IOException failure = FAILING.get(metadata.persistenceId());
    if (failure != null) {
      return FutureConverters.asScala(CompletableFuture.failedFuture(failure));
    }
    StreamedSnapshot streamed = (StreamedSnapshot) snapshot;
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      streamed.content().writeTo(bytes);
      MemorySnapshotSpool content = new MemorySnapshotSpool();
      content.write(0, bytes.toByteArray());
      SAVED.put(new Key(metadata.persistenceId(), metadata.sequenceNr()),
          new Saved(metadata, new StreamedSnapshot(streamed.header(), content.content())));
      return done(null);
    } catch (IOException impossible) {
      return FutureConverters.asScala(CompletableFuture.failedFuture(impossible));
    }
  }

  @Override
  public Future<Void> doDeleteAsync(SnapshotMetadata metadata) {
    SAVED.remove(new Key(metadata.persistenceId(), metadata.sequenceNr()));
    return done(null);
  }

  @Override
  public Future<Void> doDeleteAsync(String persistenceId, SnapshotSelectionCriteria criteria) {
    SAVED.values().removeIf(saved ->
        saved.metadata.persistenceId().equals(persistenceId) && matches(criteria, saved.metadata));
    return done(null);
  }

  private static boolean matches(SnapshotSelectionCriteria criteria, SnapshotMetadata metadata) {
    return metadata.sequenceNr() <= criteria.maxSequenceNr() && metadata.sequenceNr() >= criteria.minSequenceNr();
  }

  private static <T> Future<T> done(T value) {
    return FutureConverters.asScala(CompletableFuture.completedFuture(value));
  }
}
