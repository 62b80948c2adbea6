package io.flotilla.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/** Waits until every node of a local cluster says that it is ready, and tells meanwhile what it waits for. */
final class Readiness {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
  private static final Duration ANSWER = Duration.ofSeconds(2);
  private static final Duration TELL_EVERY = Duration.ofSeconds(3);
  private static final int OK = 200;

  private final LocalCluster cluster;
  private final PrintWriter err;

  Readiness(LocalCluster cluster, PrintWriter err) {
    this.cluster = cluster;
    this.err = err;
  }

  /**
   * Waits.
   *
   * @throws CommandFailedException a node ended instead: its last words are in the message, what becomes of the others is the
   *     caller's to decide
   */
  void await(List<LocalNode> all) throws InterruptedException {
    long begun = System.nanoTime();
    long told = begun;
    List<LocalNode> waiting = new ArrayList<>(all);
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(ANSWER).build()) {
      while (true) {
        StringJoiner reasons = new StringJoiner("; ");
        waiting.removeIf(node -> isReady(client, node, reasons));
        if (waiting.isEmpty()) {
          return;
        }
        failIfEnded(all);
        long now = System.nanoTime();
        if (now - begun > LIMIT.toNanos()) {
          throw new CommandFailedException("not ready after %d s: %s. The nodes go on running; their logs are in %s"
              .formatted(LIMIT.toSeconds(), reasons, cluster.folder().resolve("logs")));
        }
        if (now - told > TELL_EVERY.toNanos()) {
          told = now;
          err.println("waiting: " + reasons);
          err.flush();
        }
        LocalCluster.awaitAnyEnd(all, LOOK_AGAIN);
      }
    }
  }

  private static boolean isReady(HttpClient client, LocalNode node, StringJoiner reasons) {
    try {
      HttpResponse<byte[]> answer = client.send(HttpRequest.newBuilder(URI.create(node.entry().http() + "/readyz")).timeout(ANSWER)
          .build(), BodyHandlers.ofByteArray());
      if (answer.statusCode() == OK) {
        return true;
      }
      reasons.add("%s: %s".formatted(node.id(), Endpoints.Problem.detail(answer.body()).orElse("not ready")));
    } catch (IOException _) {
      reasons.add(node.id() + " is starting");
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    return false;
  }

  private void failIfEnded(List<LocalNode> all) {
    for (LocalNode node : all) {
      if (!node.isAlive()) {
        throw LocalNode.endedWhileStarting(cluster.folder(), node.id());
      }
    }
  }
}
