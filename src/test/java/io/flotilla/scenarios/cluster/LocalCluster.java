package io.flotilla.scenarios.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** A cluster in a folder: started by {@code up}, hurt by signals, questioned over HTTP. */
public final class LocalCluster implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int FIRST_PORT = 10_000;
  private static final int LAST_PORT = 22_000;

  private final Path folder;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).version(HttpClient.Version.HTTP_1_1).build();
  private final Map<String, Node> nodes = new TreeMap<>();

  /**
   * A node's process.
   *
   * @param command the process's command line, to start it again without {@code up}, which would start all
   */
  private record Node(ProcessHandle process, URI url, List<String> command) {}

  private LocalCluster(Path folder) {
    this.folder = folder;
  }

  /** Starts that many nodes and waits until all groups have leaders; {@code settings} are configuration keys and values. */
  public static LocalCluster start(Path folder, int size, String... settings) {
    List<String> options = new ArrayList<>(List.of("--http-port", Integer.toString(freePorts(size + 2)), "--heap", "256m"));
    Arrays.stream(settings).forEach(setting -> options.add("-D" + setting));
    LocalCluster cluster = new LocalCluster(folder);
    cluster.up(size, options);
    return cluster;
  }

  /** {@code up}: starts the nodes that do not run, with the settings that it remembers. */
  public void up(int size) {
    up(size, List.of());
  }

  private void up(int size, List<String> options) {
    List<String> arguments = new ArrayList<>(List.of("up", "--detach", "--data", folder.toString(), "--nodes", Integer.toString(size)));
    arguments.addAll(options);
    try {
      Cli.Result result = Cli.run(folder.getParent(), arguments.toArray(String[]::new));
      if (Files.exists(folder.resolve("nodes.json"))) {
        readNodes();
      }
      if (result.status() != 0) {
        throw new AssertionError("%s ended with %d: %s".formatted(arguments, result.status(), result.err()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void readNodes() throws IOException {
    for (JsonNode entry : JSON.readTree(folder.resolve("nodes.json").toFile())) {
      ProcessHandle.of(entry.path("pid").asLong()).filter(ProcessHandle::isAlive).ifPresent(process ->
          nodes.put(entry.path("id").asText(), new Node(process, URI.create(entry.path("http").asText()), commandLine(process))));
    }
  }

  private static List<String> commandLine(ProcessHandle process) {
    try {
      return List.of(Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline")).split("\0"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Host and port of the nodes' actor systems. */
  public List<String> contacts() {
    try {
      List<String> contacts = new ArrayList<>();
      for (JsonNode node : JSON.readTree(get(aliveIds().getFirst(), "/v1/cluster").body()).path("nodes")) {
        String address = node.path("address").asText();
        contacts.add(address.substring(address.indexOf('@') + 1));
      }
      return contacts;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Path folder() {
    return folder;
  }

  public List<String> ids() {
    return List.copyOf(nodes.keySet());
  }

  public URI url(String id) {
    return nodes.get(id).url();
  }

  /** The URLs of all nodes, dead or alive. */
  public List<URI> urls() {
    return nodes.values().stream().map(Node::url).toList();
  }

  /** With which the node's virtual machine was started. */
  public List<String> commandLine(String id) {
    return nodes.get(id).command();
  }

  public long pid(String id) {
    return nodes.get(id).process().pid();
  }

  /** {@code kill -9}, and waits until they are gone. */
  public void kill(Collection<String> ids) {
    ids.forEach(id -> signal(id, "KILL"));
    for (String id : ids) {
      nodes.get(id).process().onExit().orTimeout(Await.LIMIT.toSeconds(), TimeUnit.SECONDS).join();
    }
  }

  public void kill(String id) {
    kill(List.of(id));
  }

  /** SIGSTOP: it runs no more, but its sockets stay open. */
  public void suspend(String id) {
    signal(id, "STOP");
  }

  /** SIGCONT. */
  public void resume(String id) {
    signal(id, "CONT");
  }

  private void signal(String id, String signal) {
    try {
      int status = new ProcessBuilder("kill", "-" + signal, Long.toString(pid(id))).inheritIO().start().waitFor();
      if (status != 0) {
        throw new IllegalStateException("kill -%s %s (%d) ended with %d".formatted(signal, id, pid(id), status));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Starts dead nodes with the command lines that they had; does not wait. */
  public void restart(Collection<String> ids) {
    for (String id : ids) {
      Node dead = nodes.get(id);
      try {
        Process process = new ProcessBuilder(dead.command()).directory(folder.getParent().toFile()).redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("logs").resolve(id + ".out").toFile())).start();
        nodes.put(id, new Node(process.toHandle(), dead.url(), dead.command()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  public void restart(String id) {
    restart(List.of(id));
  }

  /** Waits until those nodes know leaders for all their groups. */
  public void awaitReady(Collection<String> ids) {
    for (String id : ids) {
      Await.until(id + " is ready", () -> get(id, "/readyz").statusCode() == 200);
    }
  }

  /** The group's leader, as a majority of living nodes would have it: one that leads in the highest term. */
  public String leader(String groupId) {
    return Await.value("a leader of " + groupId, () -> aliveIds().stream().flatMap(id -> group(id, groupId).stream())
        .filter(group -> aliveIds().contains(group.path("leader").asText("")))
        .max((a, b) -> Long.compare(a.path("term").asLong(), b.path("term").asLong()))
        .map(group -> group.path("leader").asText()));
  }

  /** Some node that does not lead the group. */
  public String follower(String groupId) {
    String leader = leader(groupId);
    return aliveIds().stream().filter(id -> !id.equals(leader)).findFirst().orElseThrow();
  }

  public List<String> aliveIds() {
    return nodes.entrySet().stream().filter(node -> node.getValue().process().isAlive()).map(Map.Entry::getKey).toList();
  }

  /** What the group's replica on a node says of itself, if it answers. */
  public Optional<JsonNode> replica(String groupId, String id) {
    return group(id, groupId).flatMap(group -> {
      for (JsonNode replica : group.path("replicas")) {
        if (replica.path("node").asText().equals(id)) {
          return Optional.of(replica);
        }
      }
      return Optional.empty();
    });
  }

  /** A number that the group's replica on a node says of itself. */
  public long replicaNumber(String groupId, String id, String field) {
    return Await.value("%s of %s on %s".formatted(field, groupId, id), () -> replica(groupId, id)).path(field).asLong();
  }

  /** Waits until the node's replica has applied all that the leader has committed by now. */
  public void awaitCaughtUp(String groupId, String id) {
    long commitIndex = replicaNumber(groupId, leader(groupId), "commitIndex");
    Await.until("%s of %s has applied %d".formatted(id, groupId, commitIndex),
        () -> replica(groupId, id).orElseThrow().path("lastApplied").asLong() >= commitIndex);
  }

  private Optional<JsonNode> group(String askedId, String groupId) {
    try {
      HttpResponse<String> response = get(askedId, "/v1/groups/" + groupId);
      return response.statusCode() == 200 ? Optional.of(JSON.readTree(response.body())) : Optional.empty();
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  public HttpResponse<String> get(String id, String path) throws IOException {
    return send(HttpRequest.newBuilder(url(id).resolve(path)).timeout(PATIENCE).build());
  }

  /** Sends a JSON body; answers of administration may take as long as what they ask for. */
  public HttpResponse<String> sendJson(String id, String method, String path, String body) throws IOException {
    return send(HttpRequest.newBuilder(url(id).resolve(path)).timeout(Await.LIMIT.multipliedBy(2)).header("Content-Type", "application/json")
        .method(method, HttpRequest.BodyPublishers.ofString(body)).build());
  }

  private HttpResponse<String> send(HttpRequest request) throws IOException {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /**
   * The first of so many neighbouring ports that were free a moment ago. They, and those that {@code up} takes for remoting above them,
   * lie below the ports that systems give to outgoing connections, one of which could otherwise hold such a port by chance.
   */
  public static int freePorts(int count) {
    return Await.value(count + " free ports", () -> {
      int first = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT - count);
      for (int port = first; port < first + count; port++) {
        new ServerSocket(port).close();
      }
      return Optional.of(first);
    });
  }

  /** Ends every node at once: what they leave behind goes with the folder. */
  @Override
  public void close() {
    for (Node node : nodes.values()) {
      node.process().destroyForcibly();
    }
    nodes.values().forEach(node -> node.process().onExit().join());
    http.shutdownNow();
  }
}
