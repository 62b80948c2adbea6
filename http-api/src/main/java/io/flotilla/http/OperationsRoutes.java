package io.flotilla.http;

import io.flotilla.kv.registry.ClusterAdmin;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** {@code /livez}, {@code /readyz}, {@code /metrics}: what orchestrators and monitoring ask. */
final class OperationsRoutes {
  private static final ContentType PROMETHEUS_TEXT = ContentTypes.parse("text/plain; version=0.0.4; charset=utf-8");

  private final ClusterAdmin admin;
  private final PrometheusMeterRegistry registry;

  OperationsRoutes(ClusterAdmin admin, PrometheusMeterRegistry registry) {
    this.admin = admin;
    this.registry = registry;
  }

  CompletionStage<HttpResponse> livez(Call call) {
    call.query();
    return CompletableFuture.completedFuture(status("alive"));
  }

  CompletionStage<HttpResponse> readyz(Call call) {
    call.query();
    return admin.readiness().thenApply(readiness -> readiness.ready() ? status("ready")
        : Answers.problem(Problem.unavailable(
            "replicas of these groups on this node know no leader: " + String.join(", ", readiness.groupsWithoutLeader()), 1)
            .with(Map.of("groupsWithoutLeader", readiness.groupsWithoutLeader()))));
  }

  CompletionStage<HttpResponse> metrics(Call call) {
    call.query();
    byte[] text = registry.scrape().getBytes(StandardCharsets.UTF_8);
    return CompletableFuture.completedFuture(HttpResponse.create().withEntity(HttpEntities.create(PROMETHEUS_TEXT, text)));
  }

  private static HttpResponse status(String word) {
    return Answers.json("{\"status\":\"%s\"}".formatted(word).getBytes(StandardCharsets.US_ASCII));
  }
}
