package io.flotilla.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;

/**
 * The nodes of a cluster, over HTTP. Any of them answers any request, so the next one is asked when one is away. A write carries a
 * session, hence asking again can never apply it twice.
 */
final class Endpoints {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SERVICE_UNAVAILABLE = 503;
  private static final int FIRST_ERROR = 400;
  private static final int ROUNDS = 2;
  private static final int MAX_CONNECT_MILLIS = 2_000;
  private static final byte[] NO_BODY = new byte[0];

  /** A request, but for whom it goes to. */
  record Request(String method, String path, Map<String, String> headers, byte[] body) {
    Request {
      headers = Map.copyOf(headers);
    }

    static Request get(String path) {
      return new Request("GET", path, Map.of(), NO_BODY);
    }

    private boolean isChange() {
      return !method.equals("GET");
    }

    /** The same, recognisable when it comes again. */
    Request withSession() {
      Map<String, String> more = new HashMap<>(headers);
      more.putIfAbsent("Content-Type", "application/octet-stream"); // else this client says that values are a form
      more.put("Flotilla-Session", UUID.randomUUID().toString());
      more.put("Flotilla-Sequence", "0");
      return new Request(method, path, more, body);
    }
  }

  /**
   * A node's answer.
   *
   * @param headers by name in lower case
   */
  record Answer(int status, Map<String, String> headers, byte[] body) {
    Answer {
      headers = Map.copyOf(headers);
    }

    boolean isOk() {
      return status >= 200 && status < 300;
    }

    JsonNode json() throws IOException {
      return JSON.readTree(body);
    }

    /** What a problem document says, or else the status. */
    String problem() {
      return Problem.text(body).orElse("status " + status);
    }
  }

  /** RFC 9457. */
  static final class Problem {
    private Problem() {}

    /** What the document says, and what it says of a write's outcome. */
    static Optional<String> text(byte[] body) {
      return read(body).flatMap(problem -> problem.hasNonNull("outcome")
          ? detail(problem).map(text -> text + " (" + problem.path("outcome").asText() + ")") : detail(problem));
    }

    /** What the document says. */
    static Optional<String> detail(byte[] body) {
      return read(body).flatMap(Problem::detail);
    }

    private static Optional<String> detail(JsonNode problem) {
      return Optional.ofNullable(problem.path("detail").asText(problem.path("title").asText(null)));
    }

    private static Optional<JsonNode> read(byte[] body) {
      try {
        return Optional.of(JSON.readTree(body));
      } catch (IOException _) {
        return Optional.empty();
      }
    }
  }

  private final List<URI> nodes;
  private final Duration timeout;
  private final Optional<SSLSocketFactory> trusted;
  /** Who answered last: asked first, as one that is away may take its time to say so. */
  private volatile int first;

  /**
   * The nodes given.
   *
   * @param timeout how long a node may take, and after which none is asked a second time
   * @param trusted makes the connections to nodes with HTTPS, in place of the virtual machine's own
   */
  Endpoints(List<URI> nodes, Duration timeout, Optional<SSLSocketFactory> trusted) {
    this.nodes = List.copyOf(nodes);
    this.timeout = timeout;
    this.trusted = trusted;
  }

  /** A write of keys; at most once, however often it is sent. */
  Answer write(Request request) throws IOException {
    return send(request.withSession());
  }

  /**
   * Asks one node after another until one answers other than "not now".
   *
   * @throws IOException none did in time. For a change that reached a node which then said nothing, the message says that its outcome
   *     is unknown, whatever the others said: they do not know of it
   */
  Answer send(Request request) throws IOException {
    long deadline = System.nanoTime() + timeout.toNanos();
    IOException refused = new IOException("no endpoint");
    IOException lost = null;
    Answer unavailable = null;
    int begin = first;
    for (int attempt = 0; attempt < nodes.size() || mayAskAgain(attempt, deadline); attempt++) {
      int index = (begin + attempt) % nodes.size();
      URI node = nodes.get(index);
      HttpURLConnection connection = connection(node, request);
      try {
        connection.connect();
      } catch (SSLException e) {
        refused = new IOException("%s: no secure connection (%s); --cacert says whose certificates to trust".formatted(node,
            e.getMessage()), e);
        continue;
      } catch (IOException e) {
        refused = new IOException("%s does not answer".formatted(node), e);
        continue;
      }
      try {
        Answer answer = exchange(connection, request);
        if (answer.status() != SERVICE_UNAVAILABLE) {
          first = index;
          return answer;
        }
        unavailable = answer;
      } catch (IOException e) {
        lost = new IOException("%s: %s%s".formatted(node, e.getMessage(), request.isChange() ? " (unknown)" : ""), e);
      }
    }
    if (unavailable != null && (lost == null || !request.isChange())) {
      return unavailable;
    }
    throw lost == null ? refused : lost;
  }

  private boolean mayAskAgain(int attempt, long deadline) {
    return attempt < nodes.size() * ROUNDS && System.nanoTime() - deadline < 0;
  }

  /** By the old client of the JDK: the new one takes a quarter of a second to load, which is most of what a command takes. */
  private HttpURLConnection connection(URI node, Request request) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) node.resolve(request.path()).toURL().openConnection();
    if (connection instanceof HttpsURLConnection secure) {
      trusted.ifPresent(secure::setSSLSocketFactory);
    }
    connection.setConnectTimeout((int) Math.min(timeout.toMillis(), MAX_CONNECT_MILLIS));
    connection.setReadTimeout((int) timeout.toMillis());
    connection.setRequestMethod(request.method());
    request.headers().forEach(connection::setRequestProperty);
    if (request.isChange()) {
      connection.setDoOutput(true);
      connection.setFixedLengthStreamingMode(request.body().length); // also keeps it from sending twice on its own account
    }
    return connection;
  }

  private static Answer exchange(HttpURLConnection connection, Request request) throws IOException {
    if (request.isChange()) {
      try (OutputStream out = connection.getOutputStream()) {
        out.write(request.body());
      }
    }
    int status = connection.getResponseCode();
    Map<String, String> headers = new HashMap<>();
    connection.getHeaderFields().forEach((name, values) -> {
      if (name != null) { // the status line
        headers.put(name.toLowerCase(Locale.ROOT), values.getFirst());
      }
    });
    try (InputStream in = status < FIRST_ERROR ? connection.getInputStream() : connection.getErrorStream()) {
      return new Answer(status, headers, in == null ? NO_BODY : in.readAllBytes());
    }
  }

  /** Text as one segment of a path, or the value of a query parameter. */
  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** The body of an answer that has to be good. */
  static JsonNode ok(Answer answer) throws IOException {
    if (!answer.isOk()) {
      throw new CommandFailedException(answer.problem());
    }
    return answer.json();
  }
}
