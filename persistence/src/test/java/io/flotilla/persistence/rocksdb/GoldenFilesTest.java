package io.flotilla.persistence.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.flotilla.persistence.rocksdb.RecordReader.Place;
import io.flotilla.persistence.rocksdb.SnapshotManifest.ContentRef;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.WriteBatch;

/**
 * What format version 1 looks like on disk, in hexadecimal. The files never change: a later version writes another format
 * and goes on reading this one.
 */
class GoldenFilesTest {
  private static final Place WHERE = () -> "a golden file";
  private static final EventRecord EVENT = new EventRecord(
      new SerializedObject(20, "string", "payload".getBytes(StandardCharsets.UTF_8)),
      "adapter",
      "b6b4f6f0-5f0a-4d55-8f0b-3c2d0d3f8a11",
      1_234_567_890_123L,
      List.of("blue", "green"),
      Optional.of(new SerializedObject(21, "", new byte[] {1, 2, 3})));
  private static final SnapshotManifest MANIFEST = new SnapshotManifest(
      1_234_567_890_123L,
      true,
      new SerializedObject(20, "string", "header".getBytes(StandardCharsets.UTF_8)),
      new ContentRef(17, 600_000, 262_144, true),
      Optional.empty());

  @Test
  void anEventOfVersion1IsWrittenAndRead() throws IOException {
    byte[] key = KeyLayout.event(3, 42);
    byte[] golden = golden("event-v1.hex");
    assertThat(HexFormat.of().formatHex(EVENT.encode(key))).isEqualTo(HexFormat.of().formatHex(golden));
    EventRecord read = EventRecord.decode(WHERE, key, golden);
    assertThat(read).usingRecursiveComparison().isEqualTo(EVENT);
  }

  @Test
  void aSnapshotOfVersion1IsWrittenAndRead() throws IOException {
    byte[] key = KeyLayout.manifest(3, 42);
    byte[] golden = golden("snapshot-v1.hex");
    assertThat(HexFormat.of().formatHex(MANIFEST.encode(key))).isEqualTo(HexFormat.of().formatHex(golden));
    SnapshotManifest read = SnapshotManifest.decode(WHERE, key, golden);
    assertThat(read).usingRecursiveComparison().isEqualTo(MANIFEST);
  }

  @Test
  void keysOfVersion1AreThese() {
    assertThat(hex(KeyLayout.format())).isEqualTo("01");
    assertThat(hex(KeyLayout.lastNumericId())).isEqualTo("02");
    assertThat(hex(KeyLayout.persistenceId("ab"))).isEqualTo("106162");
    assertThat(hex(KeyLayout.event(3, 258))).isEqualTo("2000000000000000030000000000000102");
    assertThat(hex(KeyLayout.deletion(3))).isEqualTo("300000000000000003");
    assertThat(hex(KeyLayout.manifest(3, 258))).isEqualTo("4000000000000000030000000000000102");
    assertThat(hex(KeyLayout.smallContent(3))).isEqualTo("50000000000000000300000000");
    assertThat(hex(KeyLayout.chunk(3, 258))).isEqualTo("000000000000000300000102");
  }

  @Test
  void aDatabaseOfAnotherFormatIsRefused(@TempDir Path directory) throws Exception {
    PersistenceSettings settings = new PersistenceSettings(directory, true, 1 << 20, 1 << 20, 1 << 20, 0);
    try (RocksDatabase database = RocksDatabase.open(settings);
        WriteBatch batch = new WriteBatch()) {
      batch.put(KeyLayout.format(), new byte[] {2});
      database.write(batch);
    }
    assertThatIllegalStateException()
        .isThrownBy(() -> RocksDatabase.open(settings))
        .withMessageContaining(directory.toString())
        .withMessageContaining("format version 2, this program knows 1");
  }

  private static byte[] golden(String name) throws IOException {
    try (InputStream in = GoldenFilesTest.class.getResourceAsStream("/golden/" + name)) {
      String hex = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
