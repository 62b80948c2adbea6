package io.flotilla.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flotilla.scenarios.cluster.Await;
import io.flotilla.scenarios.cluster.Cli;
import io.flotilla.scenarios.cluster.LocalCluster;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The commands, on a cluster that lives through all of these tests. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CommandLineTest {
  private static final String SETTING = "flotilla.raft.retain-entries=4999";

  /** The exit status of a process that SIGTERM has ended. */
  private static final int TERMINATED = 128 + 15;

  private Path folder;
  private LocalCluster cluster;

  @BeforeAll
  void start(@TempDir Path temporary) {
    folder = temporary;
    cluster = LocalCluster.start(folder.resolve("cluster"), 3, SETTING);
  }

  @AfterAll
  void stop() {
    cluster.close();
  }

  private Cli.Result run(String... arguments) throws IOException, InterruptedException {
    return Cli.run(folder, arguments);
  }

  private Cli.Result kv(String... arguments) throws IOException, InterruptedException {
    String[] all = new String[arguments.length + 3];
    all[0] = "kv";
    all[1] = arguments[0];
    all[2] = "--endpoint";
    all[3] = cluster.url("n2").toString();
    System.arraycopy(arguments, 1, all, 4, arguments.length - 1);
    return run(all);
  }

  @Test
  void valuesComeBackAsTheyWerePut() throws IOException, InterruptedException {
    assertThat(kv("put", "greeting", "hello").status()).isZero();
    assertThat(kv("append", "greeting", ", world").status()).isZero();
    assertThat(kv("get", "greeting").out().strip()).isEqualTo("hello, world");
    assertThat(kv("scan", "--prefix", "greet").out()).contains("greeting");
    assertThat(kv("delete", "greeting").status()).isZero();
    assertThat(kv("get", "greeting").status()).isEqualTo(1);
  }

  @Test
  void statusNamesNodesAndLeaders() throws IOException, InterruptedException {
    Cli.Result status = run("status", "--data", cluster.folder().toString());
    assertThat(status.status()).isZero();
    assertThat(status.out()).contains("n1", "n2", "n3", "g1", "meta", cluster.url("n3").toString());
  }

  @Test
  void upAgainStartsOnlyTheDeadAsTheyWere() throws IOException, InterruptedException {
    Map<String, Long> before = pids();
    cluster.kill("n2");
    cluster.up(3);
    Map<String, Long> after = pids();
    assertThat(after.get("n2")).isNotEqualTo(before.get("n2"));
    assertThat(after).containsEntry("n1", before.get("n1")).containsEntry("n3", before.get("n3"));
    assertThat(cluster.commandLine("n2")).contains("-Xmx256m", "-D" + SETTING);
  }

  private Map<String, Long> pids() throws IOException {
    Map<String, Long> pids = new HashMap<>();
    for (JsonNode node : new ObjectMapper().readTree(cluster.folder().resolve("nodes.json").toFile())) {
      pids.put(node.path("id").asText(), node.path("pid").asLong());
    }
    return pids;
  }

  @Test
  void aPortThatIsTakenIsNamed() throws IOException, InterruptedException {
    int port = LocalCluster.freePorts(3);
    try (ServerSocket _ = new ServerSocket(port + 1, 1, InetAddress.getLoopbackAddress())) {
      Cli.Result result = run("up", "--detach", "--data", folder.resolve("elsewhere").toString(), "--http-port", Integer.toString(port));
      assertThat(result.status()).isEqualTo(1);
      assertThat(result.err()).contains(Integer.toString(port + 1));
      assertThat(folder.resolve("elsewhere").resolve("nodes.json")).doesNotExist();
    }
  }

  @Test
  void upThatIsEndedWhileItWaitsStopsItsNodes() throws IOException, InterruptedException {
    assertUpStopsItsNodes(folder.resolve("starting"), (data, _) -> Files.exists(data.resolve("nodes.json")));
  }

  @Test
  void upThatIsEndedLaterStopsItsNodes() throws IOException, InterruptedException {
    assertUpStopsItsNodes(folder.resolve("started"), (_, output) -> Files.readString(output).contains("Ctrl-C stops all nodes."));
  }

  /** When {@code up} is to be ended. */
  private interface Moment {
    boolean hasCome(Path data, Path output) throws IOException;
  }

  /** Ends it as Ctrl-C does, which the nodes themselves do not hear. */
  private void assertUpStopsItsNodes(Path data, Moment moment) throws IOException, InterruptedException {
    Path output = data.resolveSibling(data.getFileName() + ".out");
    Process up = Cli.start(folder, output, "up", "--nodes", "1", "--data", data.toString(),
        "--http-port", Integer.toString(LocalCluster.freePorts(1)));
    Await.until("the moment to end 'up'", () -> moment.hasCome(data, output));
    up.toHandle().destroy();
    assertThat(up.waitFor()).isEqualTo(TERMINATED);
    assertThat(output).content().contains("n1 stopped").doesNotContain("n1 ended");
    assertThat(data.resolve("nodes.json")).doesNotExist();
  }

  @Test
  void wrongUsageIsToldFromFailure() throws IOException, InterruptedException {
    assertThat(run("up", "--nodes", "many").status()).isEqualTo(2);
    assertThat(run("kv", "get").status()).isEqualTo(2);
    assertThat(run("kv", "get", "--endpoint", "http://127.0.0.1:99999", "key").status()).isEqualTo(2);
    assertThat(run("up", "-Dflotila.raft.heartbeat-interval=1s").status()).isEqualTo(2);
    assertThat(run("up", "-Dflotilla.node.id=n9").status()).isEqualTo(2);
    assertThat(run("down", "--data", folder.resolve("nothing-here").toString(), "--no-such-option").status()).isEqualTo(2);
    assertThat(run("--help").status()).isZero();
  }

  @Test
  void downStopsAllAndKeepsTheData() throws IOException, InterruptedException {
    assertThat(kv("put", "kept", "yes").status()).isZero();
    assertThat(run("down", "--data", cluster.folder().toString()).status()).isZero();
    Await.until("the system has forgotten the nodes", () -> cluster.aliveIds().isEmpty());
    assertThat(cluster.folder().resolve("nodes.json")).doesNotExist();
    cluster.up(3);
    assertThat(kv("get", "kept").out().strip()).isEqualTo("yes");
  }

  @Test
  void benchMeasuresTheRunningCluster() throws IOException, InterruptedException {
    for (String client : new String[] {"http", "java"}) {
      Cli.Result result = run("bench", "--data", cluster.folder().toString(), "--client", client, "--connections", "4", "--read-share", "0.5",
          "--keys", "20", "--warmup", "0ms", "--duration", "3s", "--json");
      assertThat(result.status()).as(result.err()).isZero();
      JsonNode line = new ObjectMapper().readTree(result.out());
      assertThat(line.path("reads").path("operations").asLong()).isPositive();
      assertThat(line.path("writes").path("operations").asLong()).isPositive();
      assertThat(line.path("errors")).isEmpty();
    }
  }
}
