package io.flotilla.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What there is to put load on: read once, before it begins. */
final class Cluster {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private Cluster() {}

  /** The URLs of the nodes that {@code up} started with that data folder. */
  static List<URI> ofFolder(Path data) throws IOException {
    Path nodes = data.resolve("nodes.json");
    if (!Files.exists(nodes)) {
      throw new IOException("no cluster runs in %s (there is no %s); start one, or name --endpoint".formatted(data, nodes));
    }
    List<URI> urls = new ArrayList<>();
    for (JsonNode node : JSON.readTree(nodes.toFile())) {
      urls.add(URI.create(node.path("http").asText()));
    }
    return urls;
  }

  /** The URL of the node that leads the group. */
  static URI leader(List<URI> endpoints, String groupId) throws IOException, InterruptedException {
    String leader = get(endpoints, "/v1/groups/" + groupId).path("leader").asText("");
    for (JsonNode node : get(endpoints, "/v1/cluster").path("nodes")) {
      if (!leader.isEmpty() && node.path("id").asText().equals(leader)) {
        return URI.create(node.path("http").asText());
      }
    }
    throw new IOException("group %s has no leader that is known: \"%s\"".formatted(groupId, leader));
  }

  /** Host and port of the nodes' actor systems, where the Java client finds them. */
  static List<String> addresses(List<URI> endpoints) throws IOException, InterruptedException {
    List<String> addresses = new ArrayList<>();
    for (JsonNode node : get(endpoints, "/v1/cluster").path("nodes")) {
      String address = node.path("address").asText();
      addresses.add(address.substring(address.indexOf('@') + 1));   // of pekko://flotilla@host:port
    }
    return addresses;
  }

  /** From the first endpoint that answers. */
  private static JsonNode get(List<URI> endpoints, String path) throws IOException, InterruptedException {
    IOException last = new IOException("no endpoint");
    try (HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
      for (URI endpoint : endpoints) {
        try {
          HttpResponse<String> response = http.send(HttpRequest.newBuilder(endpoint.resolve(path)).timeout(PATIENCE).build(),
              HttpResponse.BodyHandlers.ofString());
          if (response.statusCode() == 200) {
            return JSON.readTree(response.body());
          }
          last = new IOException("%s%s answered %d".formatted(endpoint, path, response.statusCode()));
        } catch (IOException e) {
          last = new IOException("%s%s: %s".formatted(endpoint, path, e), e);
        }
      }
    }
    throw last;
  }
}
