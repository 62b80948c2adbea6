package io.flotilla.http;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;

/** The façade on a free port, over a fake store, a fake cluster and fake jobs. */
final class TestServer implements AutoCloseable {
  private static final String TEST_CONFIG = """
      pekko { loglevel = WARNING, log-dead-letters = off }
      flotilla.kv.max-value-size = 1 MiB
      flotilla.http { port = 0, discard-pause = 50 ms }
      """;

  final FakeStore store = new FakeStore();
  final FakeCluster cluster = new FakeCluster();
  final FakeJobs jobs = new FakeJobs();
  final HttpServer.Binding binding;
  private final ActorTestKit testKit;
  private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** A server with those settings over the ones for tests. */
  TestServer(String config) {
    Config root = ConfigFactory.parseString(config)
        .withFallback(ConfigFactory.parseString(TEST_CONFIG)).withFallback(ConfigFactory.load());
    testKit = ActorTestKit.create("http", root);
    binding = HttpServer.start(testKit.system(), store, cluster, jobs, HttpSettings.from(root),
        new PrometheusMeterRegistry(PrometheusConfig.DEFAULT)).toCompletableFuture().join();
  }

  int port() {
    return binding.address().getPort();
  }

  void reset() {
    store.reset();
    cluster.reset();
    jobs.reset();
  }

  /** Sends a request; the headers are names and values in turn. */
  HttpResponse<String> send(String method, String path, String body, String... headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(port(), path)))
        .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    try {
      return client.send(request.build(), BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(method + ' ' + path, e);
    }
  }

  HttpResponse<String> get(String path) {
    return send("GET", path, "");
  }

  RawConnection connect() {
    return new RawConnection(port());
  }

  /** Waits until that holds. */
  void awaitAssert(Runnable assertion) {
    testKit.createTestProbe().awaitAssert(() -> {
      assertion.run();
      return Done.getInstance();
    });
  }

  @Override
  public void close() {
    client.close();
    testKit.shutdownTestKit();
  }
}
