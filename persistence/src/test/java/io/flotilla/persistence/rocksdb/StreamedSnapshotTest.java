package io.flotilla.persistence.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.flotilla.persistence.SnapshotArchive;
import io.flotilla.persistence.StoredContent;
import io.flotilla.persistence.StreamedSnapshot;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.pekko.persistence.SaveSnapshotFailure;
import org.apache.pekko.persistence.SelectedSnapshot;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamedSnapshotTest {
  private static final int CHUNK = ContentWriter.CHUNK_BYTES;

  @TempDir Path directory;

  @ParameterizedTest(name = "{0} bytes")
  @ValueSource(ints = {0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 5 * CHUNK + 17})
  void contentOfAnySizeIsReadBackFromAnyOffset(int size) throws IOException {
    byte[] written = Contents.random(size, size);
    try (TestSystem system = TestSystem.start(directory)) {
      SnapshotClient snapshots = new SnapshotClient(system);
      snapshots.save("p", 7, Contents.streamed("header", written));
      SelectedSnapshot loaded = snapshots.load("p").orElseThrow();
      assertThat(((StreamedSnapshot) loaded.snapshot()).header()).isEqualTo("header");
      StoredContent content = Contents.contentOf(loaded);
      assertThat(content.sizeBytes()).isEqualTo(size);
      for (int offset : new int[] {0, size / 3, Math.max(0, size - 1), size}) {
        assertThat(Contents.read(content, offset)).isEqualTo(Arrays.copyOfRange(written, offset, size));
      }
      ByteArrayOutputStream copy = new ByteArrayOutputStream();
      content.writeTo(copy);
      assertThat(copy.toByteArray()).isEqualTo(written);
    }
  }

  @Test
  void contentSurvivesARestart() throws IOException {
    byte[] written = Contents.random(3 * CHUNK, 1);
    try (TestSystem system = TestSystem.start(directory)) {
      new SnapshotClient(system).save("p", 7, Contents.streamed("header", written));
    }
    try (TestSystem system = TestSystem.start(directory)) {
      SelectedSnapshot loaded = new SnapshotClient(system).load("p").orElseThrow();
      assertThat(Contents.read(Contents.contentOf(loaded), 0)).isEqualTo(written);
    }
  }

  @Test
  void theArchiveFindsStreamedSnapshotsOnly() throws IOException {
    try (TestSystem system = TestSystem.start(directory)) {
      SnapshotClient snapshots = new SnapshotClient(system);
      snapshots.save("p", 7, Contents.streamed("header", new byte[] {1, 2, 3}));
      snapshots.save("p", 8, "plain");
      SnapshotArchive archive = RocksPersistence.get(system.system()).snapshotArchive();
      assertThat(Contents.read(archive.find("p", 7).orElseThrow(), 0)).containsExactly(1, 2, 3);
      assertThat(archive.find("p", 8)).isEmpty();
      assertThat(archive.find("p", 6)).isEmpty();
      assertThat(archive.find("q", 7)).isEmpty();
    }
  }

  @Test
  void onlyTheNewestAreKeptWhenSoConfigured() throws IOException {
    try (TestSystem system = TestSystem.start(directory, "flotilla.persistence.snapshot-store.keep-snapshots = 2")) {
      SnapshotClient snapshots = new SnapshotClient(system);
      snapshots.save("other", 1, "untouched");
      for (int i = 1; i <= 4; i++) {
        snapshots.save("p", i, Contents.streamed("header", Contents.random(2 * CHUNK, i)));
      }
      SnapshotArchive archive = RocksPersistence.get(system.system()).snapshotArchive();
      assertThat(archive.find("p", 2)).isEmpty();
      assertThat(archive.find("p", 3)).isPresent();
      assertThat(archive.find("p", 4)).isPresent();
      assertThat(snapshots.load("other")).isPresent();
    }
  }

  @Test
  void contentThatWasDeletedCannotBeReadOn() throws IOException {
    try (TestSystem system = TestSystem.start(directory)) {
      SnapshotClient snapshots = new SnapshotClient(system);
      snapshots.save("p", 1, Contents.streamed("header", Contents.random(2 * CHUNK, 1)));
      StoredContent content = Contents.contentOf(snapshots.load("p").orElseThrow());
      snapshots.delete(new SnapshotMetadata("p", 1, 0));
      assertThatIOException().isThrownBy(() -> Contents.read(content, 0)).withMessageContaining("no longer there");
    }
  }

  @Test
  void deletedContentGivesItsSpaceBack() throws IOException {
    try (TestSystem system = TestSystem.start(directory)) {
      SnapshotClient snapshots = new SnapshotClient(system);
      snapshots.save("p", 1, Contents.streamed("header", Contents.random(20 << 20, 1)));
      assertThat(Folders.sizeBytes(directory)).isGreaterThan(20 << 20);
      snapshots.delete(new SnapshotMetadata("p", 1, 0));
      assertThat(Folders.sizeBytes(directory)).isLessThan(5 << 20);
    }
  }

  @Test
  void aSnapshotWhoseContentFailsIsNotSaved() throws IOException {
    try (TestSystem system = TestSystem.start(directory)) {
      SnapshotClient snapshots = new SnapshotClient(system);
      Object answer = snapshots.save("p", 1, new StreamedSnapshot("header", out -> {
        out.write(new byte[3 * CHUNK]);
        throw new IOException("the state is gone");
      }));
      assertThat(((SaveSnapshotFailure) answer).cause()).hasMessageContaining("the state is gone");
      assertThat(snapshots.load("p")).isEmpty();
      assertThat(directory.resolve("rocksdb/unfinished-snapshots")).isEmptyDirectory();
    }
  }

  @Test
  void whatACrashedSaveLeftIsRemovedAtTheNextStart() throws IOException {
    PersistenceSettings settings = new PersistenceSettings(directory, true, 1 << 20, 1 << 20, 1 << 20, 0);
    Path unfinished = directory.resolve("rocksdb/unfinished-snapshots");
    try (RocksDatabase database = RocksDatabase.open(settings)) {
      Files.createDirectories(unfinished);
      try (ContentWriter out = new ContentWriter(database, unfinished, 41)) {
        out.write(new byte[3 * CHUNK]);
        out.finish(); // taken in, but no manifest refers to it
      }
      assertThat(database.contentIds()).containsExactly(41L);
    }
    Files.write(unfinished.resolve("content-42-0.sst"), new byte[100]);
    try (TestSystem system = TestSystem.start(directory)) {
      new SnapshotClient(system).load("p");
      assertThat(unfinished).isEmptyDirectory();
    }
    try (RocksDatabase database = RocksDatabase.open(settings)) {
      assertThat(database.contentIds()).isEmpty();
    }
  }
}
