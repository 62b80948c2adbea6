package io.flotilla.simulation.world;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.pekko.persistence.SelectedSnapshot;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import org.apache.pekko.persistence.snapshot.japi.SnapshotStore;
import scala.concurrent.Future;
import scala.jdk.javaapi.FutureConverters;

/** The snapshot plugin: hands everything to the {@link Disk} of the node that it belongs to. */
public final class SimulatedSnapshotStore extends SnapshotStore {
  private final SimulatedStorage storage = SimulatedStorage.get(context().system());

  @Override
  @SuppressWarnings("unchecked")
  public Future<Optional<SelectedSnapshot>> doLoadAsync(String persistenceId, SnapshotSelectionCriteria criteria) {
    return ask(persistenceId, disk -> disk.load(persistenceId, criteria), found -> (Optional<SelectedSnapshot>) found, Optional.empty());
  }

  @Override
  public Future<Void> doSaveAsync(SnapshotMetadata metadata, Object snapshot) {
    return ask(metadata.persistenceId(), disk -> disk.save(metadata, snapshot), _ -> null, null);
  }

  @Override
  public Future<Void> doDeleteAsync(SnapshotMetadata metadata) {
    return doDeleteAsync(metadata.persistenceId(),
        SnapshotSelectionCriteria.create(metadata.sequenceNr(), Long.MAX_VALUE, metadata.sequenceNr(), 0));
  }

  @Override
  public Future<Void> doDeleteAsync(String persistenceId, SnapshotSelectionCriteria criteria) {
    return ask(persistenceId, disk -> disk.delete(persistenceId, criteria), _ -> null, null);
  }

  private <T> Future<T> ask(String persistenceId, Function<Disk, CompletableFuture<Object>> question, Function<Object, T> answer,
      T nobody) {
    return FutureConverters.asScala(storage.diskOf(persistenceId).map(disk -> question.apply(disk).thenApply(answer))
        .orElseGet(() -> CompletableFuture.completedFuture(nobody)));
  }
}
