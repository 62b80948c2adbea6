package io.flotilla.scenarios.traffic;

import io.flotilla.simulation.linearizability.Call;
import io.flotilla.simulation.linearizability.Operation;
import io.flotilla.simulation.linearizability.Outcome;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

/**
 * One client: one call after the other to one node, to the next node after a failure. Clients of even number leave it at the first
 * outcome; those of odd number have a session and repeat a write until they are answered, which must not apply it twice.
 */
final class Client implements Runnable {
  /** Between calls: leaves the servers some processor time on a small machine. */
  private static final long THINK_NANOS = 15_000_000;
  private static final long PAUSE_AFTER_FAILURE_NANOS = 20_000_000;

  private final int number;
  private final Traffic traffic;
  private final KvHttp http;
  private final Random random;
  private final String session = UUID.randomUUID().toString();
  private final List<Operation> seen = new ArrayList<>();
  private int node;
  private long sequence;
  private long written;

  Client(int number, Traffic traffic, KvHttp http) {
    this.number = number;
    this.traffic = traffic;
    this.http = http;
    this.random = new Random(number);
    this.node = number;
  }

  /** What it saw; only after it has ended. */
  List<Operation> seen() {
    return seen;
  }

  @Override
  public void run() {
    try {
      while (!traffic.ending()) {
        boolean alone = random.nextInt(4) == 0;
        call(alone ? traffic.key("only-%d-%d".formatted(number, written)) : traffic.key("shared-" + random.nextInt(Traffic.SHARED_KEYS)),
            alone ? new Call.Put(nextValue()) : sharedCall());
        LockSupport.parkNanos(THINK_NANOS);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | AssertionError e) {
      traffic.fail(e);
    }
  }

  private Call sharedCall() {
    return switch (random.nextInt(10)) {
      case 0, 1, 2, 3 -> new Call.Get();
      case 4 -> new Call.Delete();
      case 5 -> new Call.Cas(random.nextInt(4), nextValue());
      case 6, 7 -> new Call.Append("+" + nextValue());
      default -> new Call.Put(nextValue());
    };
  }

  /** Never the same twice, so that a read tells which write it saw. */
  private String nextValue() {
    return "%d.%d".formatted(number, written++);
  }

  private void call(String key, Call call) throws InterruptedException {
    long invoked = System.nanoTime();
    Outcome outcome = call instanceof Call.Get || number % 2 == 0 ? once(key, call, Map.of()) : untilAnswered(key, call);
    seen.add(new Operation(number, key, call, outcome, invoked, System.nanoTime()));
    if (outcome instanceof Outcome.Answered) {
      traffic.answered();
    }
  }

  private Outcome once(String key, Call call, Map<String, String> headers) throws InterruptedException {
    List<URI> nodes = traffic.nodes();
    Outcome outcome = http.call(nodes.get(node % nodes.size()), key, call, headers);
    if (!(outcome instanceof Outcome.Answered)) {
      node++;
      LockSupport.parkNanos(PAUSE_AFTER_FAILURE_NANOS);
    }
    return outcome;
  }

  /** "Not applied" is the outcome of one attempt only, once there was an attempt of which nobody knows. */
  private Outcome untilAnswered(String key, Call call) throws InterruptedException {
    Map<String, String> stamp = Map.of("Flotilla-Session", session, "Flotilla-Sequence", Long.toString(sequence++));
    boolean mayBeApplied = false;
    while (true) {
      Outcome outcome = once(key, call, stamp);
      mayBeApplied |= outcome instanceof Outcome.Unknown;
      if (outcome instanceof Outcome.Answered) {
        return outcome;
      }
      if (traffic.ending()) {
        return mayBeApplied ? new Outcome.Unknown() : outcome;
      }
    }
  }
}
