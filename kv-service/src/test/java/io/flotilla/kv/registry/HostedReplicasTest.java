package io.flotilla.kv.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostedReplicasTest {
  private static final HostedReplica META = new HostedReplica("meta", 1, new TreeSet<>(List.of("n1", "n2")));
  private static final HostedReplica JOINED = new HostedReplica("g2", 17, new TreeSet<>());

  @TempDir
  private Path folder;

  @Test
  void aNewFolderBeginsWithTheFoundersReplicasAndKeepsThem() throws IOException {
    HostedReplicas fresh = HostedReplicas.open(folder, List.of(META));
    fresh.add(JOINED);
    HostedReplicas again = HostedReplicas.open(folder, List.of());
    assertThat(again.byGroup()).containsOnlyKeys("meta", "g2").containsValues(META, JOINED);
    assertThat(again.folderId()).isEqualTo(fresh.folderId());
  }

  @Test
  void foundersReplicasDoNotComeBackIntoAFolderThatWasUsed() throws IOException {
    HostedReplicas.open(folder, List.of(META)).remove("meta");
    assertThat(HostedReplicas.open(folder, List.of(META)).byGroup()).isEmpty();
  }

  @Test
  void aFileOfAnotherFormatIsNamedAndLeftAlone() throws IOException {
    Path file = Files.writeString(folder.resolve(HostedReplicas.FILE_NAME), "flotilla-replicas 9 x\n");
    assertThatThrownBy(() -> HostedReplicas.open(folder, List.of(META)))
        .isInstanceOf(IOException.class).hasMessageContaining(file.toString());
    assertThat(file).hasContent("flotilla-replicas 9 x\n");
  }
}
