package io.flotilla.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.flotilla.node.NodeMain;
import io.flotilla.node.NodeSettings;
import io.flotilla.settings.SettingsReader;
import io.flotilla.terminal.Interruption;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code flotilla up}: a cluster on this machine, one virtual machine a node. Starts what does not run, leaves alone what does. */
@Command(name = "up", mixinStandardHelpOptions = true, description = "Starts a cluster on this machine and waits until it is ready.",
    footer = {"", "Data in DIR is kept and used again. Nodes of DIR that run are left alone, dead ones are started again, with the",
      "ports, heap and settings they had. Without --detach, Ctrl-C stops all nodes.",
      "DIR holds nodes.json (nodes that run), cluster.json (nodes, ports, heap and settings ever used), conf/ and logs/",
      "with files of each node, and a data folder a node.",
      "The environment variable FLOTILLA_NODE_OPTIONS has more options for the nodes' virtual machines."})
final class UpCommand implements Callable<Integer> {
  private static final int MAX_NODES = 9;
  private static final int MAX_GROUPS = 64;
  private static final long MIN_HEAP_MIB = 64;
  private static final Duration LONG = Duration.ofDays(1);

  @Spec
  private CommandSpec spec;

  @Option(names = "--nodes", paramLabel = "N",
      description = "1 to " + MAX_NODES + "; default: as many as DIR has, else " + ClusterPlanner.DEFAULT_NODES)
  private Integer nodes;

  @Option(names = "--data", defaultValue = ".flotilla", paramLabel = "DIR", description = "default: ${DEFAULT-VALUE}")
  private Path data;

  @Option(names = "--http-port", paramLabel = "PORT",
      description = "of the first node; the others take the next ones. Default: as before in DIR, else " + ClusterPlanner.DEFAULT_HTTP_PORT)
  private Integer httpPort;

  @Option(names = "--groups", paramLabel = "N", defaultValue = "1",
      description = "Raft groups g1 to gN of a new cluster, beside meta; only g1 stores keys until there is sharding (default: 1)")
  private int groups;

  @Option(names = "--heap", paramLabel = "SIZE",
      description = "-Xmx of each node that is started, at least 64m. Default: as before in DIR, else " + ClusterPlan.DEFAULT_HEAP)
  private String heap;

  @Option(names = "--detach", description = "return once the cluster is ready; 'down' stops it")
  private boolean detach;

  @Option(names = "--json", description = "print the nodes as JSON once ready")
  private boolean json;

  @Option(names = "-D", paramLabel = "KEY=VALUE",
      description = "set a configuration key (flotilla.… or pekko.…) on the nodes that are started, now and later; "
          + "see application.conf")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Override
  public Integer call() throws IOException, InterruptedException {
    validate();
    return Interruption.reaching(this::run);
  }

  private int run() throws IOException, InterruptedException {
    LocalCluster cluster = new LocalCluster(data);
    List<LocalNode> toStop = new ArrayList<>();
    try {
      List<LocalNode> all = cluster.alone(() -> bringUp(cluster, toStop::add));
      print(all);
      if (!detach) {
        toStop.clear();
        toStop.addAll(all);
        say("Ctrl-C stops all nodes.");
        awaitEnds(cluster, all);
      }
      return 0;
    } catch (InterruptedException | ClosedByInterruptException e) {
      Thread.interrupted(); // which the latter leaves set
      cluster.stop(toStop.stream().filter(LocalNode::isAlive).toList(), this::say);
      throw e;
    }
  }

  private void validate() {
    require(nodes == null || (nodes >= 1 && nodes <= MAX_NODES), "--nodes is 1 to %d, not %d", MAX_NODES, nodes);
    require(groups >= 1 && groups <= MAX_GROUPS, "--groups is 1 to %d, not %d", MAX_GROUPS, groups);
    require(httpPort == null || (httpPort >= 1 && httpPort <= SettingsReader.MAX_PORT - MAX_NODES), "--http-port is 1 to %d, not %d",
        SettingsReader.MAX_PORT - MAX_NODES, httpPort);
    for (String key : settings.keySet()) {
      NodeMain.requireKey(spec.commandLine(), key);
      require(!NodeConfig.isPlanned(key), "-D%s: 'up' decides it, from its other options", key);
      require(!NodeConfig.isHttps(key), "-D%s: nodes of 'up' serve plain HTTP, to this machine alone; 'flotilla node' starts one with HTTPS",
          key);
    }
    require(heap == null || isHeap(heap), "--heap is a size such as 512m, at least %dm, not '%s'", MIN_HEAP_MIB, heap);
  }

  /** Whether a node starts with it. */
  private static boolean isHeap(String size) {
    return size.matches("\\d{1,9}[kmgKMG]") && ConfigFactory.parseMap(Map.of("size", size)).getBytes("size") >= MIN_HEAP_MIB << 20;
  }

  private void require(boolean holds, String format, Object... values) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), format.formatted(values));
    }
  }

  private List<LocalNode> bringUp(LocalCluster cluster, Consumer<LocalNode> onStarted) throws IOException, InterruptedException {
    List<LocalNode> all = new ArrayList<>(cluster.running());
    all.forEach(node -> say("%s runs already (pid %d, %s)".formatted(node.id(), node.entry().pid(), node.entry().http())));
    ClusterPlan plan = planner().plan(cluster.folder(), all).with(Optional.ofNullable(heap), settings);
    checkSettings(cluster.folder(), plan);
    plan.write(cluster.folder());
    if (!all.isEmpty() && (heap != null || httpPort != null || !settings.isEmpty())) {
      say("What runs already keeps its port, and until it is started again its heap and settings.");
    }
    if (nodes != null && nodes < plan.nodes().size()) {
      say("%s has %d nodes; 'groups members' takes one out of its groups.".formatted(cluster.folder(), plan.nodes().size()));
    }
    Set<String> running = new HashSet<>(all.stream().map(LocalNode::id).toList());
    for (ClusterPlan.Node node : plan.nodes()) {
      if (!running.contains(node.id())) {
        LocalNode started = NodeProcess.start(cluster.folder(), plan, node);
        onStarted.accept(started);
        all.add(started);
        cluster.write(all);
      }
    }
    try {
      new Readiness(cluster, spec.commandLine().getErr()).await(all);
    } catch (CommandFailedException failure) {
      cleanUp(cluster, plan, all);
      throw failure;
    }
    plan.whenFormed().write(cluster.folder());
    return all;
  }

  private ClusterPlanner planner() {
    return new ClusterPlanner(Optional.ofNullable(nodes), Optional.ofNullable(httpPort), groups);
  }

  /** What a node would refuse is refused here, before anything starts and before it is remembered. */
  private void checkSettings(Path folder, ClusterPlan plan) {
    if (!settings.isEmpty()) {
      try {
        NodeSettings.from(NodeConfig.withSettings(folder, plan, plan.nodes().getFirst()));
      } catch (ConfigException | IllegalArgumentException refused) {
        throw new CommandFailedException(refused.getMessage());
      }
    }
  }

  /** A cluster that never was ready ends with its first node; of one that was, whoever is well serves on. */
  private void cleanUp(LocalCluster cluster, ClusterPlan plan, List<LocalNode> all) throws IOException, InterruptedException {
    List<LocalNode> alive = all.stream().filter(LocalNode::isAlive).toList();
    boolean someEnded = alive.size() < all.size();
    if (someEnded && !plan.formed()) {
      cluster.stop(alive, this::say);
    } else {
      cluster.write(alive);
      alive.forEach(node -> say("%s runs on (pid %d); 'down' stops it".formatted(node.id(), node.entry().pid())));
    }
  }

  private void print(List<LocalNode> all) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(new ObjectMapper().writeValueAsString(all.stream().map(LocalNode::entry).toList()));
      return;
    }
    Tables table = new Tables("NODE", "PID", "URL");
    all.stream().sorted(Comparator.comparing(LocalNode::id))
        .forEach(node -> table.row(node.id(), node.entry().pid(), node.entry().http()));
    table.print(out);
  }

  /** Watches nodes that should run for ever, until the last one has ended. */
  private void awaitEnds(LocalCluster cluster, List<LocalNode> all) throws InterruptedException {
    List<LocalNode> alive = new ArrayList<>(all);
    while (!alive.isEmpty()) {
      LocalCluster.awaitAnyEnd(alive, LONG);
      alive.removeIf(node -> {
        boolean ended = !node.isAlive();
        if (ended) {
          say("%s ended; its log is %s".formatted(node.id(), LocalNode.logFile(cluster.folder(), node.id())));
        }
        return ended;
      });
    }
  }

  private void say(String line) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(line);
    err.flush();
  }
}
