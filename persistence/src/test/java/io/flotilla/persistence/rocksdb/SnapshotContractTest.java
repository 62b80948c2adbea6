package io.flotilla.persistence.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.persistence.rocksdb.SnapshotStore.Save;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.apache.pekko.persistence.DeleteSnapshotSuccess;
import org.apache.pekko.persistence.DeleteSnapshotsSuccess;
import org.apache.pekko.persistence.SaveSnapshotFailure;
import org.apache.pekko.persistence.SaveSnapshotSuccess;
import org.apache.pekko.persistence.SelectedSnapshot;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import org.apache.pekko.serialization.SerializationExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pekko's contract of a snapshot store plugin, one test a rule. */
class SnapshotContractTest {
  @TempDir static Path directory;
  private static TestSystem system;
  private static SnapshotClient snapshots;

  private final String persistenceId = "p-" + UUID.randomUUID();

  @BeforeAll
  static void start() {
    system = TestSystem.start(directory);
    snapshots = new SnapshotClient(system);
  }

  @AfterAll
  static void stop() {
    system.close();
  }

  /** Sequence numbers 10, 20 … 50, timestamps 1010, 1020 … 1050. */
  @BeforeEach
  void saveFive() throws IOException {
    for (int i = 1; i <= 5; i++) {
      saveAt(10L * i, 1000L + 10L * i, "s-" + i);
    }
  }

  /** Past the plugin, which puts in the time of the save. */
  private void saveAt(long sequenceNr, long timestamp, String snapshot) throws IOException {
    SerializedObject serialized = SerializedObject.of(SerializationExtension.get(system.system()), snapshot);
    SerializedObject kind = new SerializedObject(serialized.serializerId(), serialized.manifest(), new byte[0]);
    RocksPersistence.get(system.system()).snapshots()
        .save(new Save(persistenceId, sequenceNr, timestamp, false, kind,
            out -> out.write(serialized.bytes()), Optional.empty()))
        .join();
  }

  @Test
  void thereIsNothingForAnIdThatSavedNothing() {
    assertThat(snapshots.load("nobody")).isEmpty();
  }

  @ParameterizedTest(name = "sequence numbers {1}..{0}, timestamps {3}..{2}: {4}")
  @CsvSource({
      "9223372036854775807, 0, 9223372036854775807, 0, s-5",
      "30, 0, 9223372036854775807, 0, s-3",
      "39, 0, 9223372036854775807, 0, s-3",
      "9223372036854775807, 0, 1020, 0, s-2",
      "40, 0, 1029, 0, s-2",
      "40, 35, 9223372036854775807, 0, s-4",
      "39, 35, 9223372036854775807, 0, ",
      "9223372036854775807, 0, 1039, 1031, ",
      "9, 0, 9223372036854775807, 0, ",
      "9223372036854775807, 51, 9223372036854775807, 0, "})
  void theNewestThatMeetsTheCriteriaIsLoaded(
      long maxSequenceNr, long minSequenceNr, long maxTimestamp, long minTimestamp, String expected) {
    SnapshotSelectionCriteria criteria =
        SnapshotSelectionCriteria.create(maxSequenceNr, maxTimestamp, minSequenceNr, minTimestamp);
    assertThat(snapshots.load(persistenceId, criteria).map(SelectedSnapshot::snapshot))
        .isEqualTo(Optional.ofNullable(expected));
  }

  @Test
  void metadataComesBack() {
    long before = System.currentTimeMillis();
    snapshots.save(new SnapshotMetadata(persistenceId, 60, 0).withMetadata("meta"), "s-6");
    SnapshotMetadata metadata = snapshots.load(persistenceId).orElseThrow().metadata();
    assertThat(metadata.persistenceId()).isEqualTo(persistenceId);
    assertThat(metadata.sequenceNr()).isEqualTo(60);
    assertThat(metadata.timestamp()).isBetween(before, System.currentTimeMillis());
    assertThat(metadata.metadata().get()).isEqualTo("meta");
  }

  @Test
  void savingAtASequenceNumberAgainReplaces() {
    assertThat(snapshots.save(persistenceId, 50, "again")).isInstanceOf(SaveSnapshotSuccess.class);
    SelectedSnapshot loaded = snapshots.load(persistenceId).orElseThrow();
    assertThat(loaded.snapshot()).isEqualTo("again");
    assertThat(loaded.metadata().timestamp()).isGreaterThan(1050);
  }

  @Test
  void oneIsDeletedByItsSequenceNumberAlone() {
    SnapshotMetadata metadata = new SnapshotMetadata(persistenceId, 50, 0);
    assertThat(snapshots.delete(metadata)).isInstanceOf(DeleteSnapshotSuccess.class);
    assertThat(snapshots.load(persistenceId).orElseThrow().snapshot()).isEqualTo("s-4");
  }

  @Test
  void aTimestampThatDiffersNamesNoSnapshot() {
    snapshots.delete(new SnapshotMetadata(persistenceId, 50, 1));
    assertThat(snapshots.load(persistenceId).orElseThrow().snapshot()).isEqualTo("s-5");
    snapshots.delete(new SnapshotMetadata(persistenceId, 50, 1050));
    assertThat(snapshots.load(persistenceId).orElseThrow().snapshot()).isEqualTo("s-4");
  }

  @Test
  void manyAreDeletedByCriteria() {
    SnapshotSelectionCriteria upTo30 = SnapshotSelectionCriteria.create(30, Long.MAX_VALUE);
    assertThat(snapshots.delete(persistenceId, upTo30)).isInstanceOf(DeleteSnapshotsSuccess.class);
    assertThat(snapshots.load(persistenceId, upTo30)).isEmpty();
    assertThat(snapshots.load(persistenceId, SnapshotSelectionCriteria.create(40, Long.MAX_VALUE))).isPresent();
    snapshots.delete(persistenceId, SnapshotSelectionCriteria.create(Long.MAX_VALUE, 1040));
    assertThat(snapshots.load(persistenceId, SnapshotSelectionCriteria.create(40, Long.MAX_VALUE))).isEmpty();
    assertThat(snapshots.load(persistenceId)).isPresent();
  }

  @Test
  void aSnapshotOfManyMegabytesComesBack() {
    byte[] large = Contents.random(11 << 20, 1);
    assertThat(snapshots.save(persistenceId, 60, large)).isInstanceOf(SaveSnapshotSuccess.class);
    assertThat((byte[]) snapshots.load(persistenceId).orElseThrow().snapshot()).isEqualTo(large);
  }

  @Test
  void aSnapshotThatCannotBeSerializedFails() {
    assertThat(snapshots.save(persistenceId, 60, new Object())).isInstanceOf(SaveSnapshotFailure.class);
    assertThat(snapshots.load(persistenceId).orElseThrow().snapshot()).isEqualTo("s-5");
  }
}
