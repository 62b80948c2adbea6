package io.flotilla.simulation.scenario;

import static io.flotilla.simulation.LawBroken.require;
import static io.flotilla.simulation.scenario.KvStory.expect;

import io.flotilla.simulation.kv.KvSimulation;
import io.flotilla.simulation.linearizability.Call;
import io.flotilla.simulation.linearizability.Outcome;
import io.flotilla.simulation.world.LinkConditions;
import java.time.Duration;
import java.util.List;

/**
 * KS: one server with versioned puts (lab 2 of 2025 and 2026). It is a group of one replica, and a put with a version is a put on
 * condition of it; "no such key" is the answer that the version is 0.
 */
final class KvServerScenarios {
  private static final Duration CONCURRENTLY = Duration.ofSeconds(1);
  private static final int UNRELIABLE_ROUNDS = 100;
  private static final int MANY_CLIENTS = 5000;

  private KvServerScenarios() {}

  static List<Scenario> all() {
    return List.of(
        KvStory.of("KS1", "ReliablePut", 1, LinkConditions.RELIABLE, KvServerScenarios::reliablePut),
        KvStory.of("KS2", "PutConcurrentReliable", 1, LinkConditions.RELIABLE, KvServerScenarios::putConcurrentReliable),
        KvStory.of("KS3", "MemPutManyClientsReliable", ManyClients.ONE_SERVER, KvServerScenarios::memPutManyClients),
        KvStory.of("KS4", "UnreliableNet", 1, LinkConditions.UNRELIABLE, KvServerScenarios::unreliableNet));
  }

  private static void reliablePut(KvSimulation store) {
    KvSimulation.Client client = store.newClient();
    expect(new Outcome.Written(1), client.call("k", new Call.Cas(0, "6.5840")));
    expect(new Outcome.Found("6.5840", 1), client.get("k"));
    expect(new Outcome.VersionDiffers(1), client.call("k", new Call.Cas(0, "6.5840")));
    expect(new Outcome.VersionDiffers(0), client.call("y", new Call.Cas(1, "6.5840")));
    expect(new Outcome.Absent(), client.get("y"));
  }

  private static void putConcurrentReliable(KvSimulation store) {
    KvStory.warmUp(store);
    OnePuts puts = new OnePuts(store);
    Together clients = new Together(store.group());
    for (int i = 0; i < 10; i++) {
      OnePuts.Caller caller = puts.caller(store.newClient());
      clients.go("client", () -> caller.putUntilEnd(() -> "k"));
    }
    store.group().advance(CONCURRENTLY);
    puts.end();
    clients.join(KvStory.PATIENCE);
    puts.checkVersion("k", store.newClient(), OnePuts.Losses.NONE);
  }

  /**
   * The suites forbid the server any state for its clients, who settle resent puts themselves; here a session does that for them, so
   * the bound is that of 2025, 200 bytes for each client, and it holds because the number of sessions is bounded.
   */
  private static void memPutManyClients(KvSimulation store) {
    ManyClients clients = new ManyClients(store);
    clients.each(MANY_CLIENTS, number -> new Call.Cas(1, "x"));
    String value = "x".repeat(ManyClients.VALUE_BYTES);
    long before = clients.stateBytes();
    clients.each(MANY_CLIENTS, number -> new Call.Cas(number, value));
    clients.checkGrowth(before, MANY_CLIENTS, 200);
  }

  /**
   * A clerk of the suites never says that it does not know before it has sent again; here a client that gives up soon says so, and the
   * application sends again. So after an unknown put the next may be the one that is applied; but one of them is, and only one.
   */
  private static void unreliableNet(KvSimulation store) {
    KvStory.warmUp(store);
    KvSimulation.Client client = store.newImpatientClient();
    int unknown = 0;
    for (int round = 0; round < UNRELIABLE_ROUNDS; round++) {
      Call put = new Call.Cas(round, "round " + round);
      Outcome outcome = client.call("k", put);
      boolean first = true;
      while (outcome instanceof Outcome.Unknown || outcome instanceof Outcome.NotApplied) {
        unknown += outcome instanceof Outcome.Unknown ? 1 : 0;
        first = false;
        outcome = client.call("k", put);
      }
      require(outcome.equals(new Outcome.Written(round + 1)) || (!first && outcome.equals(new Outcome.VersionDiffers(round + 1))),
          "Contract", "put at version %d: %s", round, outcome);
      expect(new Outcome.Found("round " + round, round + 1), client.insist("k", new Call.Get()));
    }
    require(unknown > 0, "Contract", "a network that loses a fifth of all calls never left an outcome unknown");
  }
}
