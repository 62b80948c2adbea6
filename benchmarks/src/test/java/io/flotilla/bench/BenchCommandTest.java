package io.flotilla.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The command against a little server that keeps values in a map and refuses every tenth write. */
class BenchCommandTest {
  private final Map<String, byte[]> values = new ConcurrentHashMap<>();
  private final AtomicInteger writes = new AtomicInteger();
  private final StringWriter out = new StringWriter();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/v1/kv/", exchange -> {
      try (exchange) {
        byte[] body = exchange.getRequestBody().readAllBytes();
        String key = exchange.getRequestURI().getPath();
        if (exchange.getRequestMethod().equals("GET")) {
          byte[] value = values.get(key);
          exchange.sendResponseHeaders(value == null ? 404 : 200, value == null ? -1 : value.length);
          if (value != null) {
            exchange.getResponseBody().write(value);
          }
        } else if (writes.incrementAndGet() % 10 == 0) {
          exchange.sendResponseHeaders(503, -1);
        } else {
          values.put(key, body);
          exchange.sendResponseHeaders(200, -1);
        }
      }
    });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.close();
  }

  private int run(String... arguments) {
    return new CommandLine(new BenchCommand()).setOut(new PrintWriter(out, true)).setErr(new PrintWriter(out, true))
        .execute(arguments);
  }

  private String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @Test
  void countsSuccessesAndErrorsByKind() throws IOException {
    assertThat(run("--endpoint", url(), "--connections", "4", "--keys", "10", "--value-size", "100", "--warmup", "0ms",
        "--duration", "300ms", "--json")).isZero();
    JsonNode line = new ObjectMapper().readTree(out.toString());
    assertThat(line.path("operations").asLong()).isPositive();
    assertThat(line.path("errors").path("503").asLong()).isPositive();
    assertThat(line.path("p50Micros").asLong()).isLessThanOrEqualTo(line.path("maxMicros").asLong());
    assertThat(values).hasSize(10).allSatisfy((_, value) -> assertThat(value).hasSize(100));
  }

  @Test
  void measuresEachCombinationAndFillsTheKeysBeforeReads() throws IOException {
    assertThat(run("--endpoint", url(), "--connections", "1,8", "--read-share", "0,1", "--keys", "9", "--rate", "200", "--warmup",
        "0ms", "--duration", "100ms", "--json")).isZero();
    assertThat(out.toString().lines()).hasSize(4).allSatisfy(line -> assertThat(line).contains("\"loop\":\"open\""));
    JsonNode reads = new ObjectMapper().readTree(out.toString().lines().toList().getLast());
    assertThat(reads.path("connections").asInt()).isEqualTo(8);
    assertThat(reads.path("readShare").asDouble()).isEqualTo(1);
    assertThat(reads.path("operations").asLong()).isPositive();
  }

  @Test
  void tellsWhatItMeasuredWhenItIsInterrupted() throws IOException, InterruptedException {
    Thread bench = Thread.ofPlatform().start(() -> run("--endpoint", url(), "--warmup", "0ms", "--duration", "3600s", "--json"));
    while (bench.isAlive() && (writes.get() == 0 || bench.getState() != Thread.State.TIMED_WAITING)) {
      Thread.onSpinWait();
    }
    bench.interrupt();
    bench.join();
    assertThat(out.toString()).contains("Interrupted");
    JsonNode line = new ObjectMapper().readTree(out.toString().lines().findFirst().orElseThrow());
    assertThat(line.path("seconds").asDouble()).isPositive().isLessThan(3600);
  }

  @Test
  void failsWhenNothingSucceeds() {
    server.stop(0);
    assertThat(run("--endpoint", url(), "--warmup", "0ms", "--duration", "100ms", "--json")).isEqualTo(1);
    assertThat(out.toString()).contains("connection refused");
  }

  @Test
  void namesTheRuleThatAnOptionBreaks() {
    assertThat(run("--read-share", "1.5")).isEqualTo(2);
    assertThat(out.toString()).contains("--read-share is 0 to 1, not ");
  }

  @Test
  void failoverRefusesANegativeSizeToo() {
    assertThat(run("failover", "--endpoint", url(), "--value-size", "-1")).isEqualTo(2);
    assertThat(out.toString()).contains("--value-size is not negative");
  }

  @Test
  void failoverWritesAtLeastOnceHoweverShortItIs() throws IOException {
    run("failover", "--endpoint", url(), "--duration", "1ms", "--json");
    JsonNode result = new ObjectMapper().readTree(out.toString());
    assertThat(result.path("successes").asLong() + result.path("abandoned").asLong()).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"nonsense", "ftp://127.0.0.1:8080", "http://", "http://h:8080/v1", "http://h?x=1", "http://h:port", "http://h",
      "http://h:0", ""})
  void namesAnEndpointThatIsNone(String url) {
    assertThat(run("--endpoint", url)).isEqualTo(2);
    assertThat(out.toString()).contains("'" + url + "'", "such as http://127.0.0.1:8080");
    assertThat(run("failover", "--endpoint", url)).isEqualTo(2);
  }
}
