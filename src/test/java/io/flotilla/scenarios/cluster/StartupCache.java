package io.flotilla.scenarios.cluster;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Caches of loaded and linked classes, as the launcher makes them: the scenarios start dozens of virtual machines, which cost a
 * third with one. Made once a run, by trial runs of one node and of one command. Without them everything works as well, only later.
 */
final class StartupCache {
  private static final String CLASS_PATH = jars();
  private static final Path FOLDER = Path.of("target", "trial-run").toAbsolutePath();
  private static final Optional<Path> OF_NODES = make("node.aot", StartupCache::runNode);
  private static final Optional<Path> OF_COMMANDS = make("cli.aot", StartupCache::runCommand);

  /** Runs what the cache is for, with these options of the virtual machine. */
  private interface TrialRun {
    void run(List<String> command) throws IOException, InterruptedException;
  }

  private StartupCache() {}

  /** The class path of nodes and commands. A cache is for jars alone: where there are folders of classes, there is none. */
  static String classPath() {
    return CLASS_PATH;
  }

  static Optional<Path> ofNodes() {
    return OF_NODES;
  }

  static Optional<Path> ofCommands() {
    return OF_COMMANDS;
  }

  /** What is under test, without the tests; all of it where that is not in jars, as when an IDE runs this. */
  private static String jars() {
    String all = System.getProperty("java.class.path");
    String jars = Arrays.stream(all.split(File.pathSeparator)).filter(entry -> Files.isRegularFile(Path.of(entry)))
        .collect(Collectors.joining(File.pathSeparator));
    return jars.contains("flotilla-http-api") ? jars : all;
  }

  private static Optional<Path> make(String name, TrialRun trial) {
    if (CLASS_PATH.equals(System.getProperty("java.class.path"))) {
      return Optional.empty();
    }
    try {
      Path cache = FOLDER.resolve(name);
      clear(FOLDER.resolve("scratch"));
      Files.deleteIfExists(cache);
      List<String> command = new ArrayList<>(Cli.java());
      command.addAll(List.of("-Xmx256m", "-XX:AOTCacheOutput=" + cache, "-cp", CLASS_PATH));
      trial.run(command);
      return Files.exists(cache) ? Optional.of(cache) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private static void clear(Path folder) throws IOException {
    Files.createDirectories(folder);
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
    Files.createDirectories(folder);
  }

  private static Process start(List<String> command) throws IOException {
    return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(FOLDER.resolve("scratch/out").toFile()).start();
  }

  private static void runNode(List<String> command) throws IOException, InterruptedException {
    int port = LocalCluster.freePorts(2);
    Path scratch = FOLDER.resolve("scratch");
    Path config = Files.writeString(scratch.resolve("node.conf"), """
        flotilla {
          node.id = trial
          persistence.directory = "%s"
          http.port = %d
          remoting.port = %d
          cluster.initial-nodes = [{ id = trial, host = 127.0.0.1, port = %d }]
        }
        """.formatted(scratch.resolve("data"), port, port + 1, port + 1));
    command.addAll(List.of("io.flotilla.node.NodeMain", "--config", config.toString()));
    Process node = start(command);
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest question = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/readyz".formatted(port))).build();
      Await.until("the trial run's node is ready or gone",
          () -> !node.isAlive() || http.send(question, BodyHandlers.discarding()).statusCode() == 200);
    } finally {
      node.destroy();
      awaitEnd(node);
    }
  }

  /** It finds nobody at that port, having done nearly all that commands do. */
  private static void runCommand(List<String> command) throws IOException, InterruptedException {
    int port = LocalCluster.freePorts(1);
    command.addAll(List.of("io.flotilla.cli.Main", "kv", "get", "--endpoint", "http://127.0.0.1:" + port, "--timeout", "1", "key"));
    awaitEnd(start(command));
  }

  /** It writes the cache when it ends. */
  private static void awaitEnd(Process process) throws InterruptedException {
    if (!process.waitFor(Await.LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }
}
