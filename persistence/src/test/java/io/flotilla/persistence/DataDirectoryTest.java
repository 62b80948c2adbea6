package io.flotilla.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flotilla.persistence.DataDirectory.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
  @TempDir Path folder;
  private Path path;

  @BeforeEach
  void namePath() {
    path = folder.resolve("n1/data");
  }

  @Test
  void aNewFolderIsMarkedAndOpensAgain() {
    DataDirectory.open(path, "n1").close();
    assertThat(path.resolve("FORMAT")).content().contains("format=1", "nodeId=n1");
    DataDirectory.open(path, "n1").close();
  }

  @Test
  void aFolderOfAnotherNodeIsRefusedAndLeftAlone() throws IOException {
    Files.createDirectories(path);
    Files.writeString(path.resolve("FORMAT"), "format=1\nnodeId=n2\n");
    assertRefused("it belongs to node 'n2', this is node 'n1'");
    assertThat(path.toFile().list()).containsExactly("FORMAT");
  }

  @Test
  void aFolderOfANewerFormatIsRefusedAndLeftAlone() throws IOException {
    Files.createDirectories(path);
    Files.writeString(path.resolve("FORMAT"), "format=2\nnodeId=n1\n");
    assertRefused("its format is 2, this program knows up to 1");
    assertThat(path.toFile().list()).containsExactly("FORMAT");
  }

  @Test
  void aDamagedMarkerIsRefused() throws IOException {
    Files.createDirectories(path);
    Files.writeString(path.resolve("FORMAT"), "forma");
    assertRefused("its file FORMAT is damaged");
  }

  @Test
  void aDatabaseWithoutAMarkerIsRefused() throws IOException {
    Files.createDirectories(path.resolve("rocksdb"));
    assertRefused("it holds a database, but no file FORMAT");
  }

  @Test
  void aFolderInUseIsRefusedWithTheProcessThatHoldsIt() {
    try (DataDirectory _ = DataDirectory.open(path, "n1")) {
      assertRefused("process " + ProcessHandle.current().pid() + " holds it");
    }
    DataDirectory.open(path, "n1").close();
  }

  @Test
  void whoTookAFolderAndGaveItBackHasNotChangedIt() throws IOException {
    DataDirectory.open(path, "n1").close();
    Files.writeString(path.resolve("LOCK"), "4711"); // as a process that was killed leaves it
    DataDirectory.open(path, "n1").close();
    assertThat(path.resolve("LOCK")).hasContent("4711");
  }

  private void assertRefused(String why) {
    assertThatExceptionOfType(RefusedException.class)
        .isThrownBy(() -> DataDirectory.open(path, "n1"))
        .withMessageContaining(path.toString())
        .withMessageContaining(why);
  }
}
