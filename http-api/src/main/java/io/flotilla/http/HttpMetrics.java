package io.flotilla.http;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Counts and latencies by route, method and status. Timers are found by index, without hashing, since every request records. */
final class HttpMetrics {
  private static final int STATUS_LIMIT = 600;
  private static final List<String> METHODS = List.of("GET", "PUT", "POST", "DELETE", "other");
  private static final Duration[] BUCKETS = {Duration.ofNanos(500_000), Duration.ofMillis(1), Duration.ofMillis(2),
      Duration.ofMillis(5), Duration.ofMillis(10), Duration.ofMillis(25), Duration.ofMillis(100), Duration.ofMillis(500),
      Duration.ofSeconds(2)};

  private final MeterRegistry registry;
  private final Map<Route, AtomicReferenceArray<Timer>> timers = new EnumMap<>(Route.class);
  private final AtomicReferenceArray<Timer> timersOfNoRoute = timers();

  HttpMetrics(MeterRegistry registry, ByteBudget budget, Connections connections) {
    this.registry = registry;
    for (Route route : Route.values()) {
      timers.put(route, timers());
    }
    Gauge.builder("flotilla.http.request.bytes.in.flight", budget, ByteBudget::takenBytes)
        .description("bytes of request bodies and large answers in memory").register(registry);
    Gauge.builder("flotilla.http.connections", connections, Connections::open)
        .description("connections that are open").register(registry);
  }

  /**
   * Records one answer.
   *
   * @param route {@code null} where the path is none of ours
   */
  void answered(Route route, String method, int status, long startedNanos) {
    AtomicReferenceArray<Timer> ofRoute = route == null ? timersOfNoRoute : timers.get(route);
    int known = METHODS.indexOf(method);
    int methodIndex = known < 0 ? METHODS.size() - 1 : known;
    int index = methodIndex * STATUS_LIMIT + status;
    Timer timer = ofRoute.get(index);
    if (timer == null) {
      timer = timer(route == null ? "other" : route.template(), METHODS.get(methodIndex), status);
      ofRoute.set(index, timer);
    }
    timer.record(System.nanoTime() - startedNanos, TimeUnit.NANOSECONDS);
  }

  private static AtomicReferenceArray<Timer> timers() {
    return new AtomicReferenceArray<>(METHODS.size() * STATUS_LIMIT);
  }

  /** The registry gives the same timer for the same tags, so that a race here does no harm. */
  private Timer timer(String route, String method, int status) {
    return Timer.builder("flotilla.http.requests")
        .description("requests answered, and how long that took")
        .tags("route", route, "method", method, "status", Integer.toString(status))
        .serviceLevelObjectives(BUCKETS)
        .register(registry);
  }
}
