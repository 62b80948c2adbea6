package io.flotilla.persistence.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.persistence.CorruptedDataException;
import io.flotilla.persistence.rocksdb.JournalClient.Replayed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
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
  private static final int FLIPS = 100;

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
  void aTableFileThatIsDamagedWhileItIsInUseStopsTheReplay() throws IOException {
    writeAndClose();
    try (TestSystem system = TestSystem.start(directory)) {
      RocksPersistence.get(system.system());
      Folders.change(Folders.largest(directory, ".sst"), bytes -> Folders.flip(bytes, 5_000));
      assertThat(new JournalClient(system).replay("p").failure())
          .isInstanceOf(CorruptedDataException.class)
          .hasMessageContaining("Replay of p stopped after sequence number")
          .hasMessageContaining(directory.toString());
    }
  }

  @Test
  void aChunkOfASnapshotThatIsDamagedWhileItIsInUseFailsTheLoad() throws IOException {
    try (TestSystem system = TestSystem.start(directory)) {
      new SnapshotClient(system).save("p", 7, Contents.random(3 * ContentWriter.CHUNK_BYTES, 1));
      Folders.change(Folders.largest(directory, ".sst"), bytes -> Folders.flip(bytes, bytes.length / 2));
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
    assertRefusedAndUnchanged(log);
  }

  /** The log of the killed process is whole and waits to become a table, which must not happen either. */
  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"events.sst", "chunks.sst", "MANIFEST", "CURRENT"})
  void damageToAnyFileIsRefusedAndNothingChanged(String kind) throws IOException {
    crashAfterSeveralRuns();
    Path file = switch (kind) {
      case "events.sst" -> Folders.smallest(directory, ".sst");
      case "chunks.sst" -> Folders.largest(directory, ".sst");
      case "MANIFEST" -> Folders.largest(directory, currentManifest());
      default -> Folders.largest(directory, kind);
    };
    Folders.change(file, bytes -> Folders.flip(bytes, bytes.length / 2));
    assertRefusedAndUnchanged(directory);
  }

  /** Any bit of any file: found, or of no meaning. Only the log's last write may be taken for one that a crash has torn. */
  @Test
  void noFlippedBitIsEverReadAsData() throws IOException {
    crashAfterSeveralRuns();
    long seed = Long.getLong("corruption.seed", System.nanoTime());
    Random random = new Random(seed);
    Map<String, Integer> intact = records(Folders.crashImage(directory, folder.resolve("intact")));
    List<Path> files = Folders.files(directory);
    for (int run = 0; run < FLIPS; run++) {
      Path copy = Folders.crashImage(directory, folder.resolve("run" + run));
      Path file = copy.resolve(directory.relativize(files.get(random.nextInt(files.size()))).toString());
      Folders.change(file, bytes -> bytes.length == 0 ? bytes : Folders.flip(bytes, random.nextInt(bytes.length)));
      Map<String, Long> before = Folders.contents(copy);
      Map<String, Integer> found;
      try {
        found = records(copy);
      } catch (CorruptedDataException | UncheckedIOException | IllegalStateException refused) {
        assertThat(refused).hasMessageContaining(copy.toString());
        assertThat(Folders.contents(copy)).as("%s, corruption.seed=%d", file, seed).isEqualTo(before);
        continue;
      }
      assertThat(intact).as("%s, corruption.seed=%d", file, seed).containsAllEntriesOf(found);
      assertThat(found).as("%s, corruption.seed=%d", file, seed)
          .hasSizeGreaterThanOrEqualTo(file.toString().endsWith(".log") ? intact.size() - 1 : intact.size());
    }
  }

  @Test
  void aLostListOfFilesIsRefused() throws IOException {
    writeAndClose();
    Files.delete(directory.resolve("rocksdb/CURRENT"));
    assertThatThrownBy(() -> RocksDatabase.open(settings()))
        .hasMessageContaining(directory.toString())
        .hasMessageContaining("CURRENT");
  }

  private void assertRefusedAndUnchanged(Path named) throws IOException {
    Map<String, Long> before = Folders.contents(directory);
    assertThatThrownBy(() -> RocksDatabase.open(settings())).hasMessageContaining(named.toString());
    assertThat(Folders.contents(directory)).isEqualTo(before);
  }

  private String currentManifest() throws IOException {
    return Files.readString(directory.resolve("rocksdb/CURRENT"), StandardCharsets.US_ASCII).trim();
  }

  private PersistenceSettings settings() {
    return settings(directory);
  }

  private static PersistenceSettings settings(Path directory) {
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

  /** Leaves tables of events and of a snapshot, and a log that is in no table yet. */
  private void crashAfterSeveralRuns() throws IOException {
    Path live = folder.resolve("live");
    try (TestSystem system = TestSystem.start(live)) {
      write(system);
      new SnapshotClient(system).save("p", 7, Contents.random(3 * ContentWriter.CHUNK_BYTES, 1));
    }
    try (TestSystem system = TestSystem.start(live)) {
      JournalClient journal = new JournalClient(system);
      for (int i = 1; i <= 3; i++) {
        journal.write(JournalClient.atomically(JournalClient.event("p", EVENTS + i, "after the tables")));
      }
      Folders.crashImage(live, directory);
    }
  }

  /** What a database holds: the hash of each record and chunk. */
  private static Map<String, Integer> records(Path directory) {
    Map<String, Integer> records = new TreeMap<>();
    try (RocksDatabase database = RocksDatabase.open(settings(directory))) {
      database.scan(new byte[0], KeyLayout.smallContent(Long.MAX_VALUE), (key, value) -> {
        records.put(HexFormat.of().formatHex(key), Arrays.hashCode(value));
        return true;
      });
      for (long id : database.contentIds()) {
        for (int chunk = 0; database.getContent(KeyLayout.chunk(id, chunk)).isPresent(); chunk++) {
          byte[] key = KeyLayout.chunk(id, chunk);
          records.put("content " + HexFormat.of().formatHex(key), Arrays.hashCode(database.getContent(key).orElseThrow()));
        }
      }
    }
    return records;
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
