package io.flotilla.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * One writer that writes one value after the other to any node, and keeps the longest time between two successes. Somebody else does
 * the damage meanwhile. Here the JDK's client is fast enough: the gaps that are looked for last as long as thousands of requests.
 */
final class Failover {
  /** After this much silence a write is left behind and the next one begins, at another node: it may hang in a dead socket. */
  private static final Duration SILENCE = Duration.ofMillis(250);
  private static final long PAUSE_AFTER_FAILURE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final List<URI> endpoints;
  private final Gaps gaps = new Gaps();
  private long failures;
  private long abandoned;

  Failover(List<URI> endpoints) {
    this.endpoints = List.copyOf(endpoints);
  }

  Result run(Duration duration, int valueSizeBytes) throws InterruptedException {
    Values values = new Values(valueSizeBytes);
    // Not closed at the end: that would wait for the requests left behind, and a killed node's may never end.
    HttpClient http = HttpClient.newBuilder().connectTimeout(SILENCE).version(HttpClient.Version.HTTP_1_1).build();
    long end = System.nanoTime() + duration.toNanos();
    gaps.begin();
    int at = 0;
    for (int n = 0; System.nanoTime() - end < 0; n++) {
      if (!write(http, endpoints.get(at % endpoints.size()), n, values)) {
        at++;
      }
    }
    http.shutdownNow();
    return gaps.result(failures, abandoned);
  }

  private boolean write(HttpClient http, URI endpoint, int n, Values values) throws InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(endpoint.resolve("/v1/kv/failover-" + n % 100))
        .PUT(HttpRequest.BodyPublishers.ofByteArray(values.get(n))).build();
    CompletableFuture<Boolean> written = http.sendAsync(request, HttpResponse.BodyHandlers.discarding())
        .thenApply(response -> response.statusCode() == 200 && gaps.success());
    try {
      if (written.get(SILENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        return true;
      }
      failures++;
    } catch (TimeoutException _) {
      abandoned++;
      return false;
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof IOException)) {
        throw new IllegalStateException("a write failed in an unforeseen way", e);
      }
      failures++;
    }
    LockSupport.parkNanos(PAUSE_AFTER_FAILURE_NANOS);
    return false;
  }

  /**
   * What was seen.
   *
   * @param recovered whether the last success was less than a second before the end
   */
  record Result(Duration longestGap, Duration secondLongestGap, long successes, long failures, long abandoned, boolean recovered) {}

  /** Successes come in on the HTTP client's threads, those of writes left behind out of turn. */
  private static final class Gaps {
    private long lastNanos;
    private long longestNanos;
    private long secondLongestNanos;
    private long successes;

    synchronized void begin() {
      lastNanos = System.nanoTime();
    }

    synchronized boolean success() {
      long now = System.nanoTime();
      add(now - lastNanos);
      lastNanos = now;
      successes++;
      return true;
    }

    private void add(long gap) {
      if (gap > longestNanos) {
        secondLongestNanos = longestNanos;
        longestNanos = gap;
      } else if (gap > secondLongestNanos) {
        secondLongestNanos = gap;
      }
    }

    synchronized Result result(long failures, long abandoned) {
      long open = System.nanoTime() - lastNanos;
      add(open);
      return new Result(Duration.ofNanos(longestNanos), Duration.ofNanos(secondLongestNanos), successes, failures, abandoned,
          open < TimeUnit.SECONDS.toNanos(1));
    }
  }
}
