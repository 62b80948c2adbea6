package io.flotilla.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code cluster.json}: what {@code up} has made of a data folder, kept for the next time. Nodes keep their ports; the founders are
 * those that were there first, with whom the groups began: who comes later is added to groups by their members.
 *
 * @param founders ids of the first nodes
 * @param groups how many groups for keys there were at the beginning
 * @param formed whether it was ever ready: from then on a founder whose data folder is empty has lost its data
 * @param nodes all nodes ever started here
 */
record ClusterPlan(List<String> founders, int groups, boolean formed, List<Node> nodes) {
  static final String NAME = "cluster.json";

  private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** One node's ports on this machine. */
  record Node(String id, int httpPort, int remotingPort) {}

  ClusterPlan {
    founders = List.copyOf(founders);
    nodes = List.copyOf(nodes);
  }

  /** The folder's plan, if it was used before. */
  static Optional<ClusterPlan> read(Path folder) throws IOException {
    Path file = folder.resolve(NAME);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readValue(file.toFile(), ClusterPlan.class));
    } catch (IOException e) {
      throw new IOException("%s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }

  void write(Path folder) throws IOException {
    NodesFile.replace(folder.resolve(NAME), JSON.writeValueAsBytes(this));
  }

  /** The nodes with which a new cluster begins. */
  static ClusterPlan founding(int nodes, int groups) {
    List<String> founders = new ArrayList<>();
    for (int number = 1; number <= nodes; number++) {
      founders.add("n" + number);
    }
    return new ClusterPlan(founders, groups, false, List.of());
  }

  Optional<Node> find(String id) {
    return nodes.stream().filter(node -> node.id().equals(id)).findFirst();
  }

  ClusterPlan with(Node node) {
    List<Node> more = new ArrayList<>(nodes.stream().filter(other -> !other.id().equals(node.id())).toList());
    more.add(node);
    return new ClusterPlan(founders, groups, formed, more);
  }

  ClusterPlan whenFormed() {
    return new ClusterPlan(founders, groups, true, nodes);
  }
}
