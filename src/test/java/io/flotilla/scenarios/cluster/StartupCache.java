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
 * A cache of loaded and linked classes, as the launcher makes one: the scenarios start dozens of virtual machines, which cost a
 * third with it. Made once a run by a trial run of one node. Without it everything works as well, only later.
 */
final class StartupCache {
  private static final String CLASS_PATH = jars();
  private static final Optional<Path> FILE = make();

  private StartupCache() {}

  /** The class path of nodes and commands. A cache is for jars alone: where there are folders of classes, there is none. */
  static String classPath() {
    return CLASS_PATH;
  }

  static Optional<Path> file() {
    return FILE;
  }

  /** What is under test, without the tests; all of it where that is not in jars, as when an IDE runs this. */
  private static String jars() {
    String all = System.getProperty("java.class.path");
    String jars = Arrays.stream(all.split(File.pathSeparator)).filter(entry -> Files.isRegularFile(Path.of(entry)))
        .collect(Collectors.joining(File.pathSeparator));
    return jars.contains("flotilla-http-api") ? jars : all;
  }

  private static Optional<Path> make() {
    if (CLASS_PATH.equals(System.getProperty("java.class.path"))) {
      return Optional.empty();
    }
    try {
      Path folder = Path.of("target", "trial-run").toAbsolutePath();
      clear(folder);
      Path cache = folder.resolve("node.aot");
      trialRun(folder, cache);
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

  private static void trialRun(Path folder, Path cache) throws IOException, InterruptedException {
    int port = LocalCluster.freePorts(2);
    Path config = Files.writeString(folder.resolve("node.conf"), """
        flotilla {
          node.id = trial
          persistence.directory = "%s"
          http.port = %d
          remoting.port = %d
          cluster.initial-nodes = [{ id = trial, host = 127.0.0.1, port = %d }]
        }
        """.formatted(folder.resolve("data"), port, port + 1, port + 1));
    List<String> command = new ArrayList<>(Cli.java());
    command.addAll(List.of("-Xmx256m", "-XX:AOTCacheOutput=" + cache, "-cp", CLASS_PATH, "io.flotilla.node.NodeMain",
        "--config", config.toString()));
    Process node = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(folder.resolve("out").toFile()).start();
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest question = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/readyz".formatted(port))).build();
      Await.until("the trial run's node is ready or gone",
          () -> !node.isAlive() || http.send(question, BodyHandlers.discarding()).statusCode() == 200);
    } finally {
      node.destroy();
      if (!node.waitFor(Await.LIMIT.toSeconds(), TimeUnit.SECONDS)) { // it writes the cache when it ends
        node.destroyForcibly();
      }
    }
  }
}
