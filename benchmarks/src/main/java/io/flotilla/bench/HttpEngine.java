package io.flotilla.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Load over HTTP/1.1: one thread, one selector, keep-alive connections with one request each at a time. Written for the purpose,
 * because the JDK's {@code HttpClient} needs more processor time for a request than the servers under test: it would measure itself
 * (see the decision on the load generator's client).
 */
final class HttpEngine implements LoadEngine {
  private final List<InetSocketAddress> endpoints;
  private final Dialect dialect;

  /** Connections are spread over the endpoints in turn. */
  HttpEngine(List<InetSocketAddress> endpoints, Dialect dialect) {
    this.endpoints = List.copyOf(endpoints);
    this.dialect = dialect;
  }

  @Override
  public Run start(Workload workload, Pace pace, Meter meter) {
    try {
      Loop loop = new Loop(workload, pace, meter);
      loop.thread.start();
      return loop;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The one thread and all that it owns. */
  private final class Loop implements Run, HttpConnection.Listener {
    /** Rest after a failed request, so that a closed loop does not turn refusals into a storm. */
    private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    /** The selector's clock has milliseconds; below that an open loop looks so often. */
    private static final long FINE_STEP_NANOS = TimeUnit.MICROSECONDS.toNanos(50);
    private static final long LONGEST_SELECT_MILLIS = 20;

    private final Workload workload;
    private final Pace pace;
    private final Meter meter;
    private final Selector selector = Selector.open();
    private final Thread thread = Thread.ofPlatform().name("bench-http").daemon().unstarted(this::run);
    private final List<HttpConnection> connections = new ArrayList<>();
    private final Queue<HttpConnection> idle = new ArrayDeque<>();
    private final Queue<HttpConnection> resting = new ArrayDeque<>();
    private volatile boolean stopping;
    private long issued;
    private int underWay;

    private Loop(Workload workload, Pace pace, Meter meter) throws IOException {
      this.workload = workload;
      this.pace = pace;
      this.meter = meter;
      for (int i = 0; i < workload.outstanding(); i++) {
        HttpConnection connection = new HttpConnection(endpoints.get(i % endpoints.size()), selector, dialect, this);
        connections.add(connection);
        idle.add(connection);
      }
    }

    private void run() {
      try (selector) {
        long lastSweep = System.nanoTime();
        while (true) {
          long now = System.nanoTime();
          wakeRested(now);
          issueDue(now);
          if (underWay == 0 && (stopping || pace.nanosUntilDue(now) == Long.MAX_VALUE)) {
            break;
          }
          select(now);
          if (now - lastSweep > TimeUnit.MILLISECONDS.toNanos(100)) {
            lastSweep = now;
            connections.forEach(connection -> connection.expire(now, workload.timeout().toNanos()));
          }
        }
        connections.forEach(HttpConnection::close);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void wakeRested(long now) {
      while (!resting.isEmpty() && resting.peek().restingUntil() - now <= 0) {
        idle.add(resting.poll());
      }
    }

    private void issueDue(long now) {
      while (!idle.isEmpty() && !stopping && pace.isDue(now)) {
        issue(idle.poll(), now);
      }
    }

    private void issue(HttpConnection connection, long now) {
      underWay++;
      connection.send(workload.operation(issued++), pace.take(now));
    }

    private void select(long now) throws IOException {
      long wait = idle.isEmpty() ? Long.MAX_VALUE : pace.nanosUntilDue(now);
      if (wait >= TimeUnit.MILLISECONDS.toNanos(1)) {
        selector.select(Loop::ready, Math.min(LONGEST_SELECT_MILLIS, TimeUnit.NANOSECONDS.toMillis(wait)));
      } else if (selector.selectNow(Loop::ready) == 0 && wait > 0) {
        LockSupport.parkNanos(Math.min(wait, FINE_STEP_NANOS));
      }
    }

    private static void ready(SelectionKey key) {
      ((HttpConnection) key.attachment()).onReady();
    }

    @Override
    public void onResponse(HttpConnection connection, Operation operation, long intendedNanos, int status) {
      long now = System.nanoTime();
      underWay--;
      if (status == 200) {
        meter.succeeded(operation.kind(), now - intendedNanos);
        if (!stopping && pace.isDue(now)) {
          issue(connection, now);
        } else {
          idle.add(connection);
        }
      } else {
        meter.failed(Integer.toString(status));
        rest(connection, now);
      }
    }

    @Override
    public void onFailure(HttpConnection connection, String error) {
      underWay--;
      meter.failed(error);
      rest(connection, System.nanoTime());
    }

    private void rest(HttpConnection connection, long now) {
      connection.restUntil(now + REST_NANOS);
      resting.add(connection);
    }

    @Override
    public void awaitEnd() throws InterruptedException {
      thread.join();
    }

    @Override
    public void stop() throws InterruptedException {
      stopping = true;
      selector.wakeup();
      thread.join();
    }
  }
}
