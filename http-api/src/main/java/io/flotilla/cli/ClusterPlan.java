package io.flotilla.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * {@code cluster.json}: what {@code up} has made of a data folder, kept for the next time. Nodes keep their ports; the founders are
 * those that were there first, with whom the groups began: who comes later is added to groups by their members.
 *
 * @param founders ids of the first nodes
 * @param groups how many groups for keys there were at the beginning
 * @param formed whether it was ever ready: from then on a founder whose data folder is empty has lost its data
 * @param heap of each node's virtual machine, such as {@code 512m}, as it was last asked for
 * @param settings configuration keys and values, each as it was last given
 * @param nodes all nodes ever started here
 */
record ClusterPlan(List<String> founders, int groups, boolean formed, String heap, Map<String, String> settings, List<Node> nodes) {
  static final String NAME = "cluster.json";
  static final String DEFAULT_HEAP = "512m";

  private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** One node's ports on this machine. */
  record Node(String id, int httpPort, int remotingPort) {}

  /** A file of an older version says nothing of heap and settings. */
  ClusterPlan {
    founders = List.copyOf(founders);
    heap = heap == null ? DEFAULT_HEAP : heap;
    settings = settings == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(settings));
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
    return new ClusterPlan(founders, groups, false, DEFAULT_HEAP, Map.of(), List.of());
  }

  Optional<Node> find(String id) {
    return nodes.stream().filter(node -> node.id().equals(id)).findFirst();
  }

  ClusterPlan with(Node node) {
    List<Node> more = new ArrayList<>(nodes.stream().filter(other -> !other.id().equals(node.id())).toList());
    more.add(node);
    more.sort(Comparator.comparing(Node::id));
    return new ClusterPlan(founders, groups, formed, heap, settings, more);
  }

  ClusterPlan whenFormed() {
    return new ClusterPlan(founders, groups, true, heap, settings, nodes);
  }

  /** This plan with what was given anew; the rest stays as it was given before. */
  ClusterPlan with(Optional<String> newHeap, Map<String, String> newSettings) {
    Map<String, String> merged = new TreeMap<>(settings);
    merged.putAll(newSettings);
    return new ClusterPlan(founders, groups, formed, newHeap.orElse(heap), merged, nodes);
  }
}
