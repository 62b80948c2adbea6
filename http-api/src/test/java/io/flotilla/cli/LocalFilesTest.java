package io.flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.ConfigFactory;
import io.flotilla.node.NodeSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code up} keeps in a data folder. */
class LocalFilesTest {
  private static final NodesFile.Entry N1 = new NodesFile.Entry("n1", 123, "http://127.0.0.1:8080", "127.0.0.1:18080", 5);
  private static final ClusterPlan PLAN = ClusterPlan.founding(2, 1)
      .with(new ClusterPlan.Node("n1", 8080, 18080)).with(new ClusterPlan.Node("n2", 8081, 18081))
      .with(new ClusterPlan.Node("n3", 8082, 18082));

  @TempDir
  private Path folder;

  @Test
  void nodesJsonHasWhatTheContractSays() throws IOException {
    NodesFile.write(folder, List.of(N1));
    JsonNode nodes = new ObjectMapper().readTree(folder.resolve("nodes.json").toFile());
    assertThat(nodes.get(0).path("id").asText()).isEqualTo("n1");
    assertThat(nodes.get(0).path("pid").asLong()).isEqualTo(123);
    assertThat(nodes.get(0).path("http").asText()).isEqualTo("http://127.0.0.1:8080");
    assertThat(NodesFile.read(folder)).containsExactly(N1);
    assertThat(NodesFile.endpoints(folder)).containsExactly(URI.create("http://127.0.0.1:8080"));
  }

  @Test
  void nodesJsonIsThereOnlyWhileNodesRun() throws IOException {
    NodesFile.write(folder, List.of(N1));
    NodesFile.write(folder, List.of());
    assertThat(folder).isEmptyDirectory();
    assertThat(NodesFile.read(folder)).isEmpty();
    assertThatThrownBy(() -> NodesFile.endpoints(folder)).isInstanceOf(CommandFailedException.class)
        .hasMessageContaining(folder.toString());
  }

  @Test
  void aDamagedFileIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("nodes.json"), "[{");
    assertThatThrownBy(() -> NodesFile.read(folder)).hasMessageContaining(file.toString());
  }

  @Test
  void aPidThatBelongsToAnotherProcessByNowIsNotOurNode() {
    ProcessHandle self = ProcessHandle.current();
    long started = self.info().startInstant().map(Instant::toEpochMilli).orElseThrow();
    assertThat(LocalNode.running(new NodesFile.Entry("n1", self.pid(), N1.http(), N1.remoting(), started))).isPresent();
    assertThat(LocalNode.running(new NodesFile.Entry("n1", self.pid(), N1.http(), N1.remoting(), started - 60_000))).isEmpty();
  }

  /** Its parent never asks what became of it, so the system keeps it. */
  @Test
  @Timeout(30)
  void aProcessThatHasEndedIsNoNodeThoughItsParentDoesNotCare() throws IOException, InterruptedException {
    Process parent = new ProcessBuilder("sh", "-c", "sleep 60 & echo $!; exec sleep 60").start();
    try {
      ProcessHandle child = ProcessHandle.of(Long.parseLong(parent.inputReader().readLine())).orElseThrow();
      NodesFile.Entry entry = new NodesFile.Entry("n1", child.pid(), N1.http(), N1.remoting(),
          child.info().startInstant().orElseThrow().toEpochMilli());
      LocalNode node = LocalNode.running(entry).orElseThrow();
      List<String> told = new ArrayList<>();
      new LocalCluster(folder).stop(List.of(node), told::add);
      assertThat(told).containsExactly("n1 stopped");
      assertThat(LocalNode.running(entry)).isEmpty();
    } finally {
      parent.destroyForcibly();
    }
  }

  @Test
  void thePlanIsReadBackAsWritten() throws IOException {
    assertThat(ClusterPlan.read(folder)).isEmpty();
    PLAN.whenFormed().write(folder);
    assertThat(ClusterPlan.read(folder)).contains(PLAN.whenFormed());
  }

  @Test
  void heapAndSettingsAreRememberedAndReplacedOneByOne() throws IOException {
    PLAN.with(Optional.of("1g"), Map.of("a.b", "1", "c", "2")).write(folder);
    ClusterPlan next = ClusterPlan.read(folder).orElseThrow().with(Optional.empty(), Map.of("c", "3"));
    assertThat(next.heap()).isEqualTo("1g");
    assertThat(next.settings()).isEqualTo(Map.of("a.b", "1", "c", "3"));
    assertThat(next.nodes()).isEqualTo(PLAN.nodes());
  }

  @Test
  void nodesStayInOrderWhenOneGetsOtherPorts() {
    assertThat(PLAN.with(new ClusterPlan.Node("n2", 9081, 19081)).nodes()).extracting(ClusterPlan.Node::id)
        .containsExactly("n1", "n2", "n3");
  }

  @Test
  void aPlanFromBeforeTheyWereRememberedIsRead() throws IOException {
    Files.writeString(folder.resolve("cluster.json"), """
        {"founders":["n1"],"groups":1,"formed":true,"nodes":[{"id":"n1","httpPort":8080,"remotingPort":18080}]}""");
    ClusterPlan plan = ClusterPlan.read(folder).orElseThrow();
    assertThat(plan.heap()).isEqualTo(ClusterPlan.DEFAULT_HEAP);
    assertThat(plan.settings()).isEmpty();
  }

  @Test
  void aFounderIsConfiguredToFoundWithTheOthersUntilTheClusterExists() {
    NodeSettings first = settings(PLAN, "n1");
    assertThat(first.founding().get("g1")).isEqualTo(new TreeSet<>(List.of("n1", "n2")));
    assertThat(first.contacts()).extracting("id").containsExactly("n1", "n2", "n3");
    assertThat(settings(PLAN.whenFormed(), "n1").founding()).isEmpty();
    assertThat(settings(PLAN, "n3").founding()).as("added later").isEmpty();
  }

  private NodeSettings settings(ClusterPlan plan, String id) {
    return NodeSettings.from(ConfigFactory.parseString("flotilla.node.id = " + id)
        .withFallback(NodeConfig.of(folder, plan, plan.find(id).orElseThrow())));
  }
}
