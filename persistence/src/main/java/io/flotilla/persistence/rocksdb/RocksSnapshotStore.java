package io.flotilla.persistence.rocksdb;

import io.flotilla.persistence.StreamedSnapshot;
import io.flotilla.persistence.rocksdb.RecordReader.Place;
import io.flotilla.persistence.rocksdb.SnapshotStore.Save;
import io.flotilla.persistence.rocksdb.SnapshotStore.Saved;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.dispatch.Futures;
import org.apache.pekko.persistence.SelectedSnapshot;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import org.apache.pekko.persistence.snapshot.japi.SnapshotStore;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import scala.Option;
import scala.concurrent.ExecutionContextExecutor;
import scala.concurrent.Future;
import scala.jdk.javaapi.FutureConverters;
import scala.jdk.javaapi.OptionConverters;

/**
 * The snapshot store plugin {@code flotilla.persistence.snapshot-store}: translates between Pekko's plugin API and {@link
 * io.flotilla.persistence.rocksdb.SnapshotStore}. The blocking work is done on the plugin's dispatcher.
 */
public final class RocksSnapshotStore extends SnapshotStore {
  private final ExtendedActorSystem system = (ExtendedActorSystem) context().system();
  private final Serialization serialization = SerializationExtension.get(system);
  private final io.flotilla.persistence.rocksdb.SnapshotStore store = RocksPersistence.get(system).snapshots();
  private final ExecutionContextExecutor blocking = context().dispatcher();

  @Override
  public Future<Optional<SelectedSnapshot>> doLoadAsync(String persistenceId, SnapshotSelectionCriteria criteria) {
    return Futures.future(() -> {
      Optional<Saved> saved = store.newest(
          persistenceId, criteria.minSequenceNr(), criteria.maxSequenceNr(), within(criteria));
      return saved.isPresent() ? Optional.of(read(persistenceId, saved.get())) : Optional.empty();
    }, blocking);
  }

  private SelectedSnapshot read(String persistenceId, Saved saved) throws IOException {
    SnapshotManifest manifest = saved.manifest();
    Place where = () -> "snapshot %d of %s".formatted(saved.sequenceNr(), persistenceId);
    Object snapshot = manifest.streamed()
        ? new StreamedSnapshot(manifest.object().deserialize(serialization, where), saved.content())
        : whole(manifest.object(), saved).deserialize(serialization, where);
    Option<Object> metadata = OptionConverters.toScala(
        manifest.metadata().map(it -> it.deserialize(serialization, where)));
    return SelectedSnapshot.create(
        new SnapshotMetadata(persistenceId, saved.sequenceNr(), manifest.timestamp(), metadata), snapshot);
  }

  private static SerializedObject whole(SerializedObject object, Saved saved) throws IOException {
    try (InputStream in = saved.content().open(0)) {
      byte[] bytes = in.readNBytes(Math.toIntExact(saved.content().sizeBytes()));
      return new SerializedObject(object.serializerId(), object.manifest(), bytes);
    }
  }

  @Override
  public Future<Void> doSaveAsync(SnapshotMetadata metadata, Object snapshot) {
    CompletableFuture<Void> start = CompletableFuture.completedFuture(null);
    return FutureConverters.asScala(start.thenComposeAsync(_ -> save(metadata, snapshot), blocking));
  }

  private CompletableFuture<Void> save(SnapshotMetadata metadata, Object snapshot) {
    try {
      return store.save(toSave(metadata, snapshot));
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private Save toSave(SnapshotMetadata metadata, Object snapshot) {
    Optional<Object> attached = OptionConverters.toJava(metadata.metadata());
    SerializedObject serialized = serialize(snapshot instanceof StreamedSnapshot streamed ? streamed.header() : snapshot);
    SerializedObject empty = new SerializedObject(serialized.serializerId(), serialized.manifest(), new byte[0]);
    Optional<SerializedObject> serializedMetadata = attached.map(this::serialize);
    return switch (snapshot) {
      case StreamedSnapshot streamed -> new Save(
          metadata.persistenceId(), metadata.sequenceNr(), metadata.timestamp(),
          true, serialized, streamed.content(), serializedMetadata);
      default -> new Save(
          metadata.persistenceId(), metadata.sequenceNr(), metadata.timestamp(),
          false, empty, out -> out.write(serialized.bytes()), serializedMetadata);
    };
  }

  private SerializedObject serialize(Object object) {
    return SerializedObject.of(serialization, object);
  }

  @Override
  public Future<Void> doDeleteAsync(SnapshotMetadata metadata) {
    // Pekko: without a timestamp the sequence number alone names the snapshot.
    Predicate<SnapshotManifest> same =
        manifest -> metadata.timestamp() == 0 || manifest.timestamp() == metadata.timestamp();
    return FutureConverters.asScala(
        store.delete(metadata.persistenceId(), metadata.sequenceNr(), metadata.sequenceNr(), same));
  }

  @Override
  public Future<Void> doDeleteAsync(String persistenceId, SnapshotSelectionCriteria criteria) {
    return FutureConverters.asScala(store.delete(
        persistenceId, criteria.minSequenceNr(), criteria.maxSequenceNr(), within(criteria)));
  }

  private static Predicate<SnapshotManifest> within(SnapshotSelectionCriteria criteria) {
    return manifest ->
        manifest.timestamp() >= criteria.minTimestamp() && manifest.timestamp() <= criteria.maxTimestamp();
  }
}
