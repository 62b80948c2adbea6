package io.flotilla.persistence.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.persistence.CorruptedDataException;
import io.flotilla.persistence.rocksdb.JournalClient.Replayed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Damage is found and named; only a torn tail is mended. */
class CorruptionTest {
  private static final int EVENTS = 200;

  @TempDir Path folder;
  private Path directory;

  @BeforeEach
  void nameDirectory() {
    directory = folder.resolve("data");
  }

  @Test
  void anEventWhoseRecordIsDamagedStopsTheReplay() throws RocksDBException {
    writeAndClose();
    try (RocksDatabase database = RocksDatabase.open(settings()); WriteBatch batch = new WriteBatch()) {
      byte[] key = KeyLayout.event(1, 42);
      byte[] record = database.get(key).orElseThrow();
      batch.put(key, Folders.flip(record, record.length / 2));
      database.write(batch);
    }
    Replayed replayed = replay();
    assertThat(replayed.events()).hasSizeLessThanOrEqualTo(41);
    assertThat(replayed.failure())
        .isInstanceOf(CorruptedDataException.class)
        .hasMessageContaining(directory.toString())
        .hasMessageContaining("event 42 of p");
  }

  @Test
  void anEventUnderAnotherKeyStopsTheReplay() throws RocksDBException {
    writeAndClose();
    try (RocksDatabase database = RocksDatabase.open(settings()); WriteBatch batch = new WriteBatch()) {
      batch.put(KeyLayout.event(1, 42), database.get(KeyLayout.event(1, 41)).orElseThrow());
      database.write(batch);
    }
    assertThat(replay().failure()).hasMessageContaining("event 42 of p").hasMessageContaining("checksum");
  }

  @Test
  void aRecordOfANewerFormatIsRefused() throws RocksDBException {
    writeAndClose();
    try (RocksDatabase database = RocksDatabase.open(settings()); WriteBatch batch = new WriteBatch()) {
      byte[] record = database.get(KeyLayout.event(1, 42)).orElseThrow();
      record[0] = 2;
      batch.put(KeyLayout.event(1, 42), record);
      database.write(batch);
    }
    assertThat(replay().failure()).hasMessageContaining("event 42 of p").hasMessageContaining("format version is 2");
  }

  @Test
  void aDamagedTableFileStopsTheReplay() throws IOException {
    writeAndClose();
    Path table = Folders.largest(directory, ".sst");
    Folders.change(table, bytes -> Folders.flip(bytes, 5_000));
    assertThat(replay().failure())
        .isInstanceOf(CorruptedDataException.class)
        .hasMessageContaining("Replay of p stopped after sequence number")
        .hasMessageContaining(directory.toString());
  }

  @Test
  void aDamagedChunkOfASnapshotFailsTheLoad() throws IOException {
    try (TestSystem system = TestSystem.start(directory)) {
      new SnapshotClient(system).save("p", 7, Contents.random(3 * ContentWriter.CHUNK_BYTES, 1));
    }
    Path table = Folders.largest(directory, ".sst");
    Folders.change(table, bytes -> Folders.flip(bytes, bytes.length / 2));
    try (TestSystem system = TestSystem.start(directory)) {
      assertThat(new SnapshotClient(system).loadFailure("p"))
          .hasMessageContaining(directory.toString())
          .hasMessageContaining("of snapshot 7 of p");
    }
  }

  @ParameterizedTest(name = "cut by {0} bytes")
  @ValueSource(ints = {1, 7, 100})
  void aTornTailIsCutOff(int bytes) throws IOException {
    crash();
    Folders.change(Folders.largest(directory, ".log"), log -> Arrays.copyOf(log, log.length - bytes));
    assertThat(replay().highestSequenceNr()).isEqualTo(EVENTS - 1);
  }

  @Test
  void garbageBehindTheTailIsCutOff() throws IOException {
    crash();
    Folders.change(Folders.largest(directory, ".log"), log -> {
      byte[] longer = Arrays.copyOf(log, log.length + 300);
      System.arraycopy(Contents.random(300, 1), 0, longer, log.length, 300);
      return longer;
    });
    assertThat(replay().highestSequenceNr()).isEqualTo(EVENTS);
  }

  @ParameterizedTest(name = "byte {0}")
  @ValueSource(ints = {0, 4, 6, 8, 1_000, 20_000})
  void damageInTheMiddleOfTheLogIsRefusedAndNothingChanged(int position) throws IOException {
    crash();
    Path log = Folders.largest(directory, ".log");
    Folders.change(log, bytes -> Folders.flip(bytes, position));
    Map<String, Long> before = Folders.contents(directory);
    assertThatExceptionOfType(CorruptedDataException.class)
        .isThrownBy(() -> RocksDatabase.open(settings()))
        .withMessageContaining(log.toString());
    assertThat(Folders.contents(directory)).isEqualTo(before);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"CURRENT", "MANIFEST"})
  void aDamagedListOfFilesIsRefused(String name) throws IOException {
    writeAndClose();
    Path file = Folders.largest(directory, name.equals("CURRENT") ? name : currentManifest());
    Folders.change(file, bytes -> Folders.flip(bytes, bytes.length / 2));
    assertThatThrownBy(() -> RocksDatabase.open(settings())).hasMessageContaining(directory.toString());
  }

  @Test
  void aLostListOfFilesIsRefused() throws IOException {
    writeAndClose();
    Files.delete(directory.resolve("rocksdb/CURRENT"));
    assertThatThrownBy(() -> RocksDatabase.open(settings()))
        .hasMessageContaining(directory.toString())
        .hasMessageContaining("CURRENT");
  }

  private String currentManifest() throws IOException {
    return Files.readString(directory.resolve("rocksdb/CURRENT"), StandardCharsets.US_ASCII).trim();
  }

  private PersistenceSettings settings() {
    return new PersistenceSettings(directory, true, 1 << 20, 1 << 20, 1 << 20, 0);
  }

  private void writeAndClose() {
    try (TestSystem system = TestSystem.start(directory)) {
      write(system);
    }
  }

  /** Leaves the folder as if the process had been killed. */
  private void crash() throws IOException {
    Path live = folder.resolve("live");
    try (TestSystem system = TestSystem.start(live)) {
      write(system);
      Folders.crashImage(live, directory);
    }
  }

  private static void write(TestSystem system) {
    JournalClient journal = new JournalClient(system);
    for (int i = 1; i <= EVENTS; i++) {
      journal.write(JournalClient.atomically(JournalClient.event("p", i, "payload of some length ".repeat(10) + i)));
    }
  }

  private Replayed replay() {
    try (TestSystem system = TestSystem.start(directory)) {
      return new JournalClient(system).replay("p");
    }
  }
}
