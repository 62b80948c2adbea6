package io.flotilla.scenarios.traffic;

import com.typesafe.config.ConfigFactory;
import io.flotilla.kv.KvClient;
import io.flotilla.kv.router.KvClients;
import io.flotilla.simulation.kv.KvCalls;
import io.flotilla.simulation.linearizability.Call;
import io.flotilla.simulation.linearizability.LinearizabilityChecker;
import io.flotilla.simulation.linearizability.Operation;
import io.flotilla.simulation.linearizability.Outcome;
import java.util.ArrayList;
import java.util.List;

/** One caller of the Java client, from this virtual machine, which is none of the cluster's. */
public final class JavaCaller implements AutoCloseable {
  private final KvClient client;
  private final List<Operation> seen = new ArrayList<>();

  /** Begins with those nodes, given as host and port of their actor systems. */
  public JavaCaller(List<String> contacts) {
    client = KvClients.connect(contacts, ConfigFactory.load());
  }

  /** Makes one call, waits for its outcome and remembers it. */
  public Outcome call(String key, Call call) {
    long invoked = System.nanoTime();
    Outcome outcome = KvCalls.outcome(client.execute(KvCalls.request(key, call)).toCompletableFuture().join());
    seen.add(new Operation(0, key, call, outcome, invoked, System.nanoTime()));
    return outcome;
  }

  /** Checks all that was seen. */
  public void verify() {
    LinearizabilityChecker.check(seen).ifPresent(violation -> {
      throw new AssertionError(violation.toString());
    });
  }

  @Override
  public void close() {
    client.close();
  }
}
