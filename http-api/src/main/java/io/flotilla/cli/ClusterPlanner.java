package io.flotilla.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Decides which nodes shall run on which ports, by what was asked for and what the data folder was made for before.
 *
 * @param nodes how many are wanted; there are never fewer than the folder has
 * @param httpPort of the first node; the others take the next ones
 * @param groups of a new cluster
 */
record ClusterPlanner(Optional<Integer> nodes, Optional<Integer> httpPort, int groups) {
  static final int DEFAULT_NODES = 3;
  static final int DEFAULT_HTTP_PORT = 8080;

  /**
   * Gives each node that does not run its ports.
   *
   * @throws CommandFailedException another program holds a port; it is named
   */
  ClusterPlan plan(Path folder, List<LocalNode> running) throws IOException {
    Optional<ClusterPlan> before = ClusterPlan.read(folder);
    int known = before.map(plan -> plan.nodes().size()).orElse(0);
    int wanted = Math.max(nodes.orElse(DEFAULT_NODES), known);
    ClusterPlan plan = before.orElseGet(() -> ClusterPlan.founding(wanted, groups));
    Set<Integer> taken = new HashSet<>();
    plan.nodes().forEach(node -> taken.addAll(List.of(node.httpPort(), node.remotingPort())));
    for (int number = 1; number <= wanted; number++) {
      String id = "n" + number;
      if (running.stream().noneMatch(node -> node.id().equals(id))) {
        ClusterPlan.Node node = ports(plan, id, number, taken);
        taken.addAll(List.of(node.httpPort(), node.remotingPort()));
        plan = plan.with(node);
      }
    }
    return plan;
  }

  private ClusterPlan.Node ports(ClusterPlan plan, String id, int number, Set<Integer> taken) {
    Optional<ClusterPlan.Node> before = plan.find(id);
    int http = httpPort.map(first -> first + number - 1)
        .or(() -> before.map(ClusterPlan.Node::httpPort))
        .orElseGet(() -> firstHttpPort(plan) + number - 1);
    if (!Ports.isFree(http)) {
      throw new CommandFailedException("port %d, for HTTP on %s, is held by another program; choose others with --http-port"
          .formatted(http, id));
    }
    int remoting = before.map(ClusterPlan.Node::remotingPort).filter(Ports::isFree)
        .orElseGet(() -> Ports.forRemoting(http, taken));
    return new ClusterPlan.Node(id, http, remoting);
  }

  private static int firstHttpPort(ClusterPlan plan) {
    return plan.find("n1").map(ClusterPlan.Node::httpPort).orElse(DEFAULT_HTTP_PORT);
  }
}
