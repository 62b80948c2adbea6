package io.flotilla.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code flotilla status}: the nodes of a data folder, and the groups as any of them tells. */
@Command(name = "status", mixinStandardHelpOptions = true, description = "Shows the nodes and groups of a local cluster.",
    footer = {"", "Exit status: 0 every node of DIR runs, 1 one of them does not, 2 wrong usage."})
final class StatusCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration ANSWER = Duration.ofSeconds(5);

  @Spec
  private CommandSpec spec;

  @Option(names = "--data", defaultValue = ".flotilla", paramLabel = "DIR", description = "default: ${DEFAULT-VALUE}")
  private Path data;

  @Option(names = "--json", description = "print JSON")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    LocalCluster cluster = new LocalCluster(data);
    ClusterPlan plan = ClusterPlan.read(cluster.folder())
        .orElseThrow(() -> new CommandFailedException("there is no cluster in %s".formatted(cluster.folder())));
    List<LocalNode> running = cluster.running();
    Optional<JsonNode> groups = groups(running);
    if (json) {
      spec.commandLine().getOut().println(toJson(plan, running, groups));
    } else {
      print(plan, running, groups);
    }
    return running.size() == plan.nodes().size() ? 0 : 1;
  }

  private static Optional<JsonNode> groups(List<LocalNode> running) {
    try {
      List<URI> urls = running.stream().map(node -> URI.create(node.entry().http())).toList();
      return Optional.of(Endpoints.ok(new Endpoints(urls, ANSWER, Optional.empty()).send(Endpoints.Request.get("/v1/groups"))));
    } catch (IOException | CommandFailedException _) {
      return Optional.empty();
    }
  }

  private static Optional<LocalNode> find(List<LocalNode> running, String id) {
    return running.stream().filter(node -> node.id().equals(id)).findFirst();
  }

  private void print(ClusterPlan plan, List<LocalNode> running, Optional<JsonNode> groups) {
    PrintWriter out = spec.commandLine().getOut();
    Tables nodes = new Tables("NODE", "STATE", "PID", "URL");
    for (ClusterPlan.Node node : plan.nodes()) {
      Optional<LocalNode> process = find(running, node.id());
      nodes.row(node.id(), process.isPresent() ? "runs" : "down", process.map(it -> Long.toString(it.entry().pid())).orElse("-"),
          "http://127.0.0.1:" + node.httpPort());
    }
    nodes.print(out);
    out.println();
    groups.ifPresentOrElse(found -> Tables.groups(found).print(out), () -> out.println("No node answers, so the groups are unknown."));
  }

  private static ObjectNode toJson(ClusterPlan plan, List<LocalNode> running, Optional<JsonNode> groups) {
    ObjectNode all = JSON.createObjectNode();
    ArrayNode nodes = all.putArray("nodes");
    for (ClusterPlan.Node node : plan.nodes()) {
      ObjectNode entry = nodes.addObject().put("id", node.id()).put("http", "http://127.0.0.1:" + node.httpPort());
      Optional<LocalNode> process = find(running, node.id());
      entry.put("running", process.isPresent());
      process.ifPresent(it -> entry.put("pid", it.entry().pid()));
    }
    all.set("groups", groups.map(found -> found.path("groups")).orElseGet(JSON::createArrayNode));
    return all;
  }
}
