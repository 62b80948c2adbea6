package io.flotilla.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.scenarios.cluster.Cli;
import io.flotilla.scenarios.cluster.LocalCluster;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a node does not start with: it ends with status 1, says why, and leaves the data as it was. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefusalsTest {
  private static final String MARKER = "a value that one finds again on disk";

  private Path folder;
  private Path config;
  private Path data;
  private Path killed;

  /** A node's configuration and data, of a cluster that ran once and was stopped; and the data as a kill would have left them. */
  @BeforeAll
  void prepare(@TempDir Path temporary) throws IOException, InterruptedException {
    folder = temporary;
    try (LocalCluster cluster = LocalCluster.start(folder.resolve("cluster"), 1)) {
      assertThat(Cli.run(folder, "kv", "put", "--endpoint", cluster.url("n1").toString(), "key", MARKER).status()).isZero();
      // Damage to the very last record of a log could as well be the mark of a crash.
      assertThat(Cli.run(folder, "kv", "put", "--endpoint", cluster.url("n1").toString(), "later", "value").status()).isZero();
      data = folder.resolve("cluster/n1");
      killed = copyOfData("killed");
      assertThat(Cli.run(folder, "down", "--data", cluster.folder().toString()).status()).isZero();
    }
    config = folder.resolve("cluster/conf/n1.conf");
  }

  @AfterAll
  void noNodeIsLeft() {
    assertThat(folder.resolve("cluster/nodes.json")).doesNotExist();
  }

  private Cli.Result node(String id, String... settings) throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("--id", id, "--config", config.toString()));
    arguments.addAll(List.of(settings));
    return Cli.node(folder, arguments);
  }

  /** Two for all: NodeSettingsTest and those of the modules have each key's rule. */
  @ParameterizedTest(name = "{0} = {1}")
  @CsvSource({
      "flotilla.raft.heartbeat-interval, -5 ms",
      "flotilla.http.port, 70000"})
  void aWrongValueIsNamedWithItsKey(String key, String value) throws IOException, InterruptedException {
    Cli.Result result = node("n1", "-D%s=%s".formatted(key, value));
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err()).contains(key, value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"flotilla.http.port", "flotilla.remoting.port"})
  void aPortOfAnotherProgram(String key) throws IOException, InterruptedException {
    try (ServerSocket held = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Cli.Result result = node("n1", "-D%s=%d".formatted(key, held.getLocalPort()));
      assertThat(result.status()).isEqualTo(1);
      assertThat(result.err().lines()).singleElement().asString().contains("port " + held.getLocalPort(), "cannot be used");
    }
  }

  @Test
  void theDataOfAnotherNode() throws IOException, InterruptedException {
    Map<Path, String> before = contents(data);
    Cli.Result result = node("n2");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err() + result.out()).contains(data.toString(), "n1", "n2");
    assertThat(contents(data)).isEqualTo(before);
  }

  @Test
  void dataOfANewerFormat() throws IOException, InterruptedException {
    Path newer = copyOfData("newer");
    Path format = newer.resolve("FORMAT");
    Files.writeString(format, Files.readString(format).replaceFirst("(?m)^format=.*$", "format=99"));
    assertRefused(newer);
  }

  @Test
  void aListOfReplicasThatIsNone() throws IOException, InterruptedException {
    Path damaged = copyOfData("damaged");
    Files.writeString(damaged.resolve("replicas"), "damaged\n");
    assertRefused(damaged);
  }

  @ParameterizedTest(name = "in a file *{0}")
  @ValueSource(strings = {".sst", ".log"})
  void aCorruptedRecord(String ending) throws IOException, InterruptedException {
    Path corrupted = copy(ending.equals(".log") ? killed : data, "corrupted-" + ending.substring(1));
    Path file = fileThatContains(corrupted, ending, MARKER);
    byte[] bytes = Files.readAllBytes(file);
    bytes[new String(bytes, StandardCharsets.ISO_8859_1).indexOf(MARKER) + 3] ^= 1;
    Files.write(file, bytes);
    assertRefused(corrupted);
  }

  private void assertRefused(Path refused) throws IOException, InterruptedException {
    Map<Path, String> before = contents(refused);
    Cli.Result result = node("n1", "-Dflotilla.persistence.directory=" + refused);
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err()).contains(refused.toString());
    assertThat(contents(refused)).isEqualTo(before);
  }

  private Path copyOfData(String name) throws IOException {
    return copy(data, name);
  }

  private Path copy(Path original, String name) throws IOException {
    Path copy = folder.resolve(name);
    try (Stream<Path> files = Files.walk(original)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(original.relativize(file).toString()));
      }
    }
    return copy;
  }

  private static Path fileThatContains(Path folder, String ending, String marker) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(path -> path.toString().endsWith(ending)).toList()) {
        if (Files.readString(file, StandardCharsets.ISO_8859_1).contains(marker)) {
          return file;
        }
      }
    }
    throw new AssertionError("no file *%s of %s contains \"%s\"".formatted(ending, folder, marker));
  }

  /** Byte for byte: each file's content, one character a byte. */
  private static Map<Path, String> contents(Path folder) throws IOException {
    Map<Path, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        contents.put(file, Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
    return contents;
  }
}
