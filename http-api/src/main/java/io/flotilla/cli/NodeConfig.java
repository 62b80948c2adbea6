package io.flotilla.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import io.flotilla.node.NodeMain;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The configuration file that {@code up} writes for each node: {@code flotilla node} could be given it as well. */
final class NodeConfig {
  private NodeConfig() {}

  static Path write(Path folder, ClusterPlan plan, ClusterPlan.Node node) throws IOException {
    Path file = folder.resolve("conf").resolve(node.id() + ".conf");
    Files.createDirectories(file.getParent());
    String text = "# Written by 'flotilla up' at each start.\n"
        + of(folder, plan, node).root().render(ConfigRenderOptions.concise().setFormatted(true).setJson(false));
    NodesFile.replace(file, text.getBytes(StandardCharsets.UTF_8));
    return file;
  }

  /** Every node that was ever started here is named, so that this one finds others whoever of them runs. */
  static Config of(Path folder, ClusterPlan plan, ClusterPlan.Node node) {
    return ConfigFactory.parseMap(new TreeMap<>(Map.of(
        "flotilla.persistence.directory", folder.resolve(node.id()).toString(),
        "flotilla.http.port", node.httpPort(),
        "flotilla.remoting.port", node.remotingPort(),
        "flotilla.cluster.groups", plan.groups(),
        "flotilla.cluster.bootstrap", !plan.formed(),
        "flotilla.cluster.initial-nodes", contacts(plan, true),
        "flotilla.cluster.contacts", contacts(plan, false))));
  }

  /** The same under what the operator set: all that the node will read. */
  static Config withSettings(Path folder, ClusterPlan plan, ClusterPlan.Node node) {
    Config config = ConfigFactory.parseMap(Map.of("flotilla.node.id", node.id()));
    for (Map.Entry<String, String> setting : plan.settings().entrySet()) {
      config = config.withFallback(NodeMain.setting(setting.getKey(), setting.getValue()));
    }
    return config.withFallback(of(folder, plan, node));
  }

  private static List<Map<String, Object>> contacts(ClusterPlan plan, boolean founders) {
    return plan.nodes().stream().filter(node -> plan.founders().contains(node.id()) == founders).map(NodeConfig::contact).toList();
  }

  private static Map<String, Object> contact(ClusterPlan.Node node) {
    return new TreeMap<>(Map.of("id", node.id(), "host", "127.0.0.1", "port", node.remotingPort()));
  }
}
