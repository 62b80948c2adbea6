package io.flotilla.scenarios.traffic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flotilla.simulation.linearizability.Call;
import io.flotilla.simulation.linearizability.Outcome;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Calls as the HTTP contract spells them, and its answers as outcomes. */
final class KvHttp {
  /** Longer than a node takes to say "unknown" by itself, even when it was stopped for five seconds. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final ObjectMapper JSON = new ObjectMapper();
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).version(HttpClient.Version.HTTP_1_1)
      .build();

  /**
   * Asks one node, once.
   *
   * @param headers besides what the call needs
   */
  Outcome call(URI node, String key, Call call, Map<String, String> headers) throws InterruptedException {
    HttpRequest.Builder request = request(node, key, call).timeout(PATIENCE);
    headers.forEach(request::header);
    try {
      return outcome(call, http.send(request.build(), HttpResponse.BodyHandlers.ofString()));
    } catch (ConnectException | HttpConnectTimeoutException _) {
      return new Outcome.NotApplied();
    } catch (IOException _) {
      return new Outcome.Unknown();
    }
  }

  /** All that is there with the prefix, page by page; nothing if the node does not answer. */
  Optional<Map<String, Outcome.Found>> scan(URI node, String prefix) throws IOException, InterruptedException {
    Map<String, Outcome.Found> found = new HashMap<>();
    String cursor = "";
    do {
      URI page = node.resolve("/v1/kv?limit=1000&prefix=" + prefix + cursor);
      HttpResponse<String> response = http.send(HttpRequest.newBuilder(page).timeout(PATIENCE).build(),
          HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        return Optional.empty();
      }
      JsonNode body = JSON.readTree(response.body());
      for (JsonNode item : body.required("items")) {
        found.put(item.required("key").asText(), new Outcome.Found(new String(item.required("value").binaryValue(),
            StandardCharsets.UTF_8), item.required("version").asLong()));
      }
      String next = body.path("cursor").asText("");
      cursor = next.isEmpty() ? "" : "&cursor=" + URLEncoder.encode(next, StandardCharsets.UTF_8);
    } while (!cursor.isEmpty());
    return Optional.of(found);
  }

  private static HttpRequest.Builder request(URI node, String key, Call call) {
    String path = "/v1/kv/" + key;
    return switch (call) {
      case Call.Put put -> HttpRequest.newBuilder(node.resolve(path)).PUT(BodyPublishers.ofString(put.value()));
      case Call.Get _ -> HttpRequest.newBuilder(node.resolve(path)).GET();
      case Call.Append append -> HttpRequest.newBuilder(node.resolve(path + "/append")).POST(BodyPublishers.ofString(append.suffix()));
      case Call.Delete _ -> HttpRequest.newBuilder(node.resolve(path)).DELETE();
      case Call.Cas cas -> HttpRequest.newBuilder(node.resolve(path + "?version=" + cas.version()))
          .PUT(BodyPublishers.ofString(cas.value()));
    };
  }

  private static Outcome outcome(Call call, HttpResponse<String> response) throws IOException {
    return switch (response.statusCode()) {
      case 200 -> switch (call) {
        case Call.Get _ -> new Outcome.Found(response.body(), response.headers().firstValueAsLong("Flotilla-Version").orElseThrow());
        case Call.Delete _ -> new Outcome.Deleted(JSON.readTree(response.body()).required("deleted").asBoolean());
        case Call.Put _, Call.Append _, Call.Cas _ -> new Outcome.Written(JSON.readTree(response.body()).required("version").asLong());
      };
      case 404 -> new Outcome.Absent();
      case 412 -> new Outcome.VersionDiffers(JSON.readTree(response.body()).required("version").asLong());
      case 429, 503 -> problem(response, "not-applied", new Outcome.NotApplied());
      case 504 -> problem(response, "unknown", new Outcome.Unknown());
      default -> throw new AssertionError("%s was answered %d %s".formatted(call, response.statusCode(), response.body()));
    };
  }

  /** A problem has to say itself what its status stands for. */
  private static Outcome problem(HttpResponse<String> response, String stated, Outcome outcome) throws IOException {
    JsonNode problem = JSON.readTree(response.body());
    if (!problem.path("outcome").asText().equals(stated)) {
      throw new AssertionError("%d is \"%s\", and not: %s".formatted(response.statusCode(), stated, problem));
    }
    return outcome;
  }
}
