package io.flotilla.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How a node's virtual machine is started, on its own: it outlives this process and does not hear the terminal's Ctrl-C. */
final class NodeProcess {
  /** The launcher tells where its files are; see {@code flotilla}. */
  static final String HOME = "flotilla.home";
  private static final String AOT_CACHE = "flotilla.node.aot";
  /** An environment variable, which the launcher reads for {@code node} as well. */
  private static final String MORE_OPTIONS = "FLOTILLA_NODE_OPTIONS";

  private NodeProcess() {}

  /** Starts a node. Its log grows in files that are bounded together; what else it prints begins anew with each start. */
  static LocalNode start(Path folder, ClusterPlan plan, ClusterPlan.Node node) throws IOException {
    Path output = LocalNode.outputFile(folder, node.id());
    Files.createDirectories(output.getParent());
    Path config = NodeConfig.write(folder, plan, node);
    List<String> command = new ArrayList<>(detacher());
    command.addAll(javaCommand(plan.heap()));
    command.add("-Dlogback.configurationFile=logback-files.xml");
    command.add("-Dflotilla.log.file=" + LocalNode.logFile(folder, node.id()));
    command.add("io.flotilla.node.NodeMain");
    command.addAll(List.of("--id", node.id(), "--config", config.toString()));
    plan.settings().forEach((key, value) -> command.add("-D%s=%s".formatted(key, value)));
    Process process = new ProcessBuilder(command)
        .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
        .redirectOutput(ProcessBuilder.Redirect.to(output.toFile()))
        .redirectErrorStream(true)
        .start();
    Optional<Instant> started = process.info().startInstant();
    if (started.isEmpty()) {
      throw process.isAlive()
          ? new CommandFailedException("this system does not tell when a process started, so nodes could not be told from others")
          : LocalNode.endedWhileStarting(folder, node.id());
    }
    return new LocalNode(new NodesFile.Entry(node.id(), process.pid(), "http://127.0.0.1:" + node.httpPort(),
        "127.0.0.1:" + node.remotingPort(), started.get().toEpochMilli()), process.toHandle());
  }

  /** A session of its own, or where there is no such command at least deaf to the terminal's end. */
  private static List<String> detacher() {
    return onPath("setsid").map(List::of).orElseGet(() -> onPath("nohup").map(List::of).orElse(List.of()));
  }

  private static Optional<String> onPath(String program) {
    for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      if (Files.isExecutable(Path.of(folder, program))) {
        return Optional.of(Path.of(folder, program).toString());
      }
    }
    return Optional.empty();
  }

  private static List<String> javaCommand(String heap) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    String home = System.getProperty(HOME);
    if (home != null) {
      command.add("@" + Path.of(home, "http-api", "jvm", "node.options"));
    }
    String aotCache = System.getProperty(AOT_CACHE);
    if (aotCache != null && Files.exists(Path.of(aotCache))) {
      command.add("-XX:AOTCache=" + aotCache);
    }
    command.add("-Xmx" + heap);
    String more = System.getenv().getOrDefault(MORE_OPTIONS, "").strip();
    if (!more.isEmpty()) {
      command.addAll(List.of(more.split("\\s+", -1)));
    }
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    return command;
  }
}
