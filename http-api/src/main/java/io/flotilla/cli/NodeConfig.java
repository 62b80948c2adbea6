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
import java.util.Set;
import java.util.TreeMap;

/** The configuration file that {@code up} writes for each node: {@code flotilla node} could be given it as well. */
final class NodeConfig {
  /** Where nodes started by {@code up} listen. */
  static final String HOST = "127.0.0.1";

  private static final String ID = "flotilla.node.id";
  private static final String DIRECTORY = "flotilla.persistence.directory";
  private static final String HTTP_PORT = "flotilla.http.port";
  private static final String HTTPS = "flotilla.http.tls";
  private static final String REMOTING_PORT = "flotilla.remoting.port";
  private static final String GROUPS = "flotilla.cluster.groups";
  private static final String BOOTSTRAP = "flotilla.cluster.bootstrap";
  private static final String INITIAL_NODES = "flotilla.cluster.initial-nodes";
  private static final String CONTACTS = "flotilla.cluster.contacts";
  private static final Set<String> PLANNED =
      Set.of(ID, DIRECTORY, HTTP_PORT, REMOTING_PORT, GROUPS, BOOTSTRAP, INITIAL_NODES, CONTACTS);

  private NodeConfig() {}

  /** Whether it differs from node to node, or is decided when the cluster is planned: nothing for an operator to set for all. */
  static boolean isPlanned(String key) {
    return PLANNED.contains(key);
  }

  /** Whether it would have nodes serve HTTPS, which {@code up} and those who read {@code nodes.json} do not speak to them. */
  static boolean isHttps(String key) {
    return key.startsWith(HTTPS);
  }

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
        DIRECTORY, folder.resolve(node.id()).toString(),
        HTTP_PORT, node.httpPort(),
        REMOTING_PORT, node.remotingPort(),
        GROUPS, plan.groups(),
        BOOTSTRAP, !plan.formed(),
        INITIAL_NODES, contacts(plan, true),
        CONTACTS, contacts(plan, false))));
  }

  /** The same under what the operator set: all that the node will read. */
  static Config withSettings(Path folder, ClusterPlan plan, ClusterPlan.Node node) {
    Config config = ConfigFactory.parseMap(Map.of(ID, node.id()));
    for (Map.Entry<String, String> setting : plan.settings().entrySet()) {
      config = config.withFallback(NodeMain.setting(setting.getKey(), setting.getValue()));
    }
    return config.withFallback(of(folder, plan, node));
  }

  private static List<Map<String, Object>> contacts(ClusterPlan plan, boolean founders) {
    return plan.nodes().stream().filter(node -> plan.founders().contains(node.id()) == founders).map(NodeConfig::contact).toList();
  }

  private static Map<String, Object> contact(ClusterPlan.Node node) {
    return new TreeMap<>(Map.of("id", node.id(), "host", HOST, "port", node.remotingPort()));
  }
}
