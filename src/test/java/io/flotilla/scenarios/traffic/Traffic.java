package io.flotilla.scenarios.traffic;

import io.flotilla.scenarios.cluster.Await;
import io.flotilla.simulation.linearizability.Call;
import io.flotilla.simulation.linearizability.LinearizabilityChecker;
import io.flotilla.simulation.linearizability.Operation;
import io.flotilla.simulation.linearizability.Outcome;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Several clients at work on keys of one prefix: some shared, where their calls meet, and some written once by one client, of which it
 * is plain to see whether they are still there.
 */
public final class Traffic implements AutoCloseable {
  static final int SHARED_KEYS = 12;
  private static final int CLIENTS = 6;
  /** Calls answered that show that the service is there: more than could be under way at once. */
  private static final long PROGRESS = 20L * CLIENTS;

  private final String prefix;
  private final Supplier<List<URI>> nodes;
  private final KvHttp http = new KvHttp();
  private final List<Client> clients = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicLong answered = new AtomicLong();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private volatile boolean ending;

  private Traffic(String prefix, Supplier<List<URI>> nodes) {
    this.prefix = prefix;
    this.nodes = nodes;
  }

  /**
   * Begins, and waits until it flows.
   *
   * @param prefix of the keys: nobody else's
   * @param nodes asked for before each call, as it may change
   */
  public static Traffic start(String prefix, Supplier<List<URI>> nodes) {
    Traffic traffic = new Traffic(prefix, nodes);
    for (int number = 0; number < CLIENTS; number++) {
      Client client = new Client(number, traffic, traffic.http);
      traffic.clients.add(client);
      traffic.threads.add(Thread.ofPlatform().name("client-" + number).daemon().start(client));
    }
    traffic.awaitProgress();
    return traffic;
  }

  /** Waits until clients were answered a number of times from now on: the service is there, or there again. */
  public void awaitProgress() {
    awaitAnswers(PROGRESS);
  }

  /** Waits until clients were answered so many times from now on. */
  public void awaitAnswers(long number) {
    long target = answered.get() + number;
    Await.until("%d more answers, of clients that had %d".formatted(number, answered.get()),
        () -> answered.get() >= target || failure.get() != null);
    if (failure.get() != null) {
      throw new AssertionError("a client failed", failure.get());
    }
  }

  /** Ends the traffic, reads all keys once more, and checks all that was seen. */
  public void verify() {
    close();
    if (failure.get() != null) {
      throw new AssertionError("a client failed", failure.get());
    }
    List<Operation> history = clients.stream().flatMap(client -> client.seen().stream()).collect(Collectors.toCollection(ArrayList::new));
    Set<String> keys = history.stream().map(Operation::key).collect(Collectors.toCollection(TreeSet::new));
    history.addAll(readAll(keys));
    LinearizabilityChecker.check(history).ifPresent(violation -> {
      throw new AssertionError(violation.toString());
    });
  }

  /** After the end: an acknowledged write that is gone is seen here, as its key then has a version that no history explains. */
  private List<Operation> readAll(Set<String> keys) {
    long[] invoked = new long[1];
    int[] attempt = new int[1];
    Map<String, Outcome.Found> found = Await.value("a scan of what is there in the end", () -> {
      invoked[0] = System.nanoTime();
      List<URI> now = nodes.get();
      return http.scan(now.get(attempt[0]++ % now.size()), prefix + "-");
    });
    long returned = System.nanoTime();
    List<Operation> reads = new ArrayList<>();
    for (String key : keys) {
      Outcome outcome = found.containsKey(key) ? found.get(key) : new Outcome.Absent();
      reads.add(new Operation(CLIENTS, key, new Call.Get(), outcome, invoked[0], returned));
    }
    return reads;
  }

  /** Ends the traffic: every client after the call that it is in. */
  @Override
  public void close() {
    ending = true;
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while clients ended", e);
    }
  }

  String key(String name) {
    return prefix + "-" + name;
  }

  List<URI> nodes() {
    return nodes.get();
  }

  boolean ending() {
    return ending;
  }

  void answered() {
    answered.incrementAndGet();
  }

  void fail(Throwable e) {
    failure.compareAndSet(null, e);
  }
}
