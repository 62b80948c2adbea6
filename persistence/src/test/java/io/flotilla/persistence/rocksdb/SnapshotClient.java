package io.flotilla.persistence.rocksdb;

import java.util.Optional;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.persistence.SelectedSnapshot;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.apache.pekko.persistence.SnapshotProtocol.DeleteSnapshot;
import org.apache.pekko.persistence.SnapshotProtocol.DeleteSnapshots;
import org.apache.pekko.persistence.SnapshotProtocol.LoadSnapshot;
import org.apache.pekko.persistence.SnapshotProtocol.LoadSnapshotFailed;
import org.apache.pekko.persistence.SnapshotProtocol.LoadSnapshotResult;
import org.apache.pekko.persistence.SnapshotProtocol.SaveSnapshot;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import org.apache.pekko.testkit.javadsl.TestKit;
import scala.jdk.javaapi.OptionConverters;

/** Speaks the snapshot store's protocol as a persistent actor would. */
final class SnapshotClient {
  private final ActorRef store;
  private final TestKit probe;

  SnapshotClient(TestSystem system) {
    store = system.snapshotStore();
    probe = system.probe();
  }

  Object save(String persistenceId, long sequenceNr, Object snapshot) {
    return save(new SnapshotMetadata(persistenceId, sequenceNr, 0), snapshot);
  }

  Object save(SnapshotMetadata metadata, Object snapshot) {
    return ask(new SaveSnapshot(metadata, snapshot));
  }

  Optional<SelectedSnapshot> load(String persistenceId) {
    return load(persistenceId, SnapshotSelectionCriteria.latest());
  }

  Optional<SelectedSnapshot> load(String persistenceId, SnapshotSelectionCriteria criteria) {
    Object answer = ask(new LoadSnapshot(persistenceId, criteria, Long.MAX_VALUE));
    return OptionConverters.toJava(((LoadSnapshotResult) answer).snapshot());
  }

  Throwable loadFailure(String persistenceId) {
    Object answer = ask(new LoadSnapshot(persistenceId, SnapshotSelectionCriteria.latest(), Long.MAX_VALUE));
    return ((LoadSnapshotFailed) answer).cause();
  }

  Object delete(SnapshotMetadata metadata) {
    return ask(new DeleteSnapshot(metadata));
  }

  Object delete(String persistenceId, SnapshotSelectionCriteria criteria) {
    return ask(new DeleteSnapshots(persistenceId, criteria));
  }

  private Object ask(Object request) {
    store.tell(request, probe.getRef());
    return probe.expectMsgAnyClassOf(Object.class);
  }
}
