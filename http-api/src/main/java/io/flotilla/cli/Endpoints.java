package io.flotilla.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The nodes of a cluster, over HTTP. Any of them answers any request, so the next one is asked when one is away. A write carries a
 * session, hence asking again can never apply it twice.
 */
final class Endpoints {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SERVICE_UNAVAILABLE = 503;
  private static final int ROUNDS = 2;

  /** An answer other than 503 from some node. */
  record Answer(int status, HttpResponse<byte[]> response) {
    boolean isOk() {
      return status >= 200 && status < 300;
    }

    JsonNode json() throws IOException {
      return JSON.readTree(response.body());
    }

    /** What a problem document says, or else the status. */
    String problem() {
      return Problem.text(response.body()).orElse("status " + status);
    }
  }

  /** RFC 9457. */
  static final class Problem {
    private Problem() {}

    /** What the document says, and what it says of a write's outcome. */
    static Optional<String> text(byte[] body) {
      try {
        JsonNode problem = JSON.readTree(body);
        Optional<String> detail = Optional.ofNullable(problem.path("detail").asText(problem.path("title").asText(null)));
        return problem.hasNonNull("outcome") ? detail.map(text -> text + " (" + problem.path("outcome").asText() + ")") : detail;
      } catch (IOException _) {
        return Optional.empty();
      }
    }
  }

  private final List<URI> nodes;
  private final Duration timeout;
  private final HttpClient client;

  Endpoints(List<URI> nodes, Duration timeout) {
    this.nodes = List.copyOf(nodes);
    this.timeout = timeout;
    this.client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(timeout).build();
  }

  /** A read. */
  Answer get(String path) throws IOException, InterruptedException {
    return send(path, HttpRequest.newBuilder().GET());
  }

  /** A write of keys; at most once, however often it is sent. */
  Answer write(String path, HttpRequest.Builder request) throws IOException, InterruptedException {
    return send(path, request.header("Flotilla-Session", UUID.randomUUID().toString()).header("Flotilla-Sequence", "0"));
  }

  /** Asks one node after another until one answers other than "not now". */
  Answer send(String path, HttpRequest.Builder request) throws IOException, InterruptedException {
    IOException failure = null;
    Answer unavailable = null;
    for (int attempt = 0; attempt < nodes.size() * ROUNDS; attempt++) {
      URI node = nodes.get(attempt % nodes.size());
      try {
        HttpResponse<byte[]> response = client.send(request.uri(node.resolve(path)).timeout(timeout).build(),
            BodyHandlers.ofByteArray());
        Answer answer = new Answer(response.statusCode(), response);
        if (answer.status() != SERVICE_UNAVAILABLE) {
          return answer;
        }
        unavailable = answer;
      } catch (ConnectException e) {
        failure = new IOException("%s does not answer".formatted(node), e);
      } catch (IOException e) {
        failure = new IOException("%s: %s".formatted(node, e.getMessage()), e);
      }
    }
    if (unavailable != null) {
      return unavailable;
    }
    throw failure == null ? new IOException("no endpoint") : failure;
  }

  /** The body of an answer that has to be good. */
  static JsonNode ok(Answer answer) throws IOException {
    if (!answer.isOk()) {
      throw new CommandFailedException(answer.problem());
    }
    return answer.json();
  }
}
