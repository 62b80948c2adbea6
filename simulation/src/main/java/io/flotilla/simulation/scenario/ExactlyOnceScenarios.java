package io.flotilla.simulation.scenario;

import static io.flotilla.simulation.LawBroken.require;

import io.flotilla.raft.PeerId;
import io.flotilla.simulation.kv.KvSimulation;
import io.flotilla.simulation.linearizability.Call;
import io.flotilla.simulation.linearizability.Outcome;
import io.flotilla.simulation.world.LinkConditions;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/**
 * KE: one server that applies each write once (lab 2 of 2024). An append tells the version and the length rather than the value before;
 * what it was appended to is seen by reading.
 */
final class ExactlyOnceScenarios {
  private static final int ROUNDS = 3;
  private static final Duration ROUND = Duration.ofSeconds(1);
  private static final int PIECES = 10;
  /** The suites' 10 MiB are more than the store takes: all bounds are multiples of the value's size. */
  private static final int BIG_BYTES = 512 * 1024;
  private static final int MANY_CLIENTS = 5000;

  private ExactlyOnceScenarios() {}

  static List<Scenario> all() {
    return List.of(
        ownKeys("KE1", "Basic", 1, LinkConditions.RELIABLE),
        ownKeys("KE2", "Concurrent", 5, LinkConditions.RELIABLE),
        ownKeys("KE3", "Unreliable", 5, LinkConditions.UNRELIABLE),
        oneKey("KE4", "UnreliableOneKey", 1),
        KvStory.of("KE5", "MemGet", 1, LinkConditions.UNRELIABLE, ExactlyOnceScenarios::memGet),
        KvStory.of("KE6", "MemPut", 1, LinkConditions.RELIABLE, ExactlyOnceScenarios::memPut),
        KvStory.of("KE7", "MemAppend", 1, LinkConditions.RELIABLE, ExactlyOnceScenarios::memAppend),
        KvStory.of("KE8", "MemPutMany", ManyClients.ONE_SERVER, ExactlyOnceScenarios::memPutMany),
        KvStory.of("KE9", "MemGetMany", ManyClients.ONE_SERVER, ExactlyOnceScenarios::memGetMany));
  }

  private static Scenario ownKeys(String id, String title, int clients, LinkConditions network) {
    return KvStory.of(id, "ExactlyOnce" + title, 1, network, store -> {
      KvStory.warmUp(store);
      Appends appends = new Appends(store);
      List<Appends.Caller> callers = callers(store, appends, clients);
      for (int round = 0; round < ROUNDS; round++) {
        appends.begin();
        Together running = new Together(store.group());
        callers.forEach(caller -> running.go("client", caller::useOwnKeyUntilEnd));
        store.group().advance(ROUND);
        appends.end();
        running.join(KvStory.PATIENCE);
        appends.check(store.newClient());
      }
    });
  }

  private static List<Appends.Caller> callers(KvSimulation store, Appends appends, int clients) {
    return IntStream.range(0, clients)
        .mapToObj(number -> appends.caller(store.newClient(), Integer.toString(number))).toList();
  }

  /** Five clients, ten pieces each, one key; on any number of servers. */
  static Scenario oneKey(String id, String title, int peers) {
    return KvStory.of(id, title, peers, LinkConditions.UNRELIABLE, store -> {
      KvStory.warmUp(store);
      Appends appends = new Appends(store);
      Together running = new Together(store.group());
      for (int i = 0; i < 5; i++) {
        Appends.Caller caller = appends.caller(store.newClient(), "k");
        running.go("client", () -> caller.append(PIECES));
      }
      running.join(KvStory.PATIENCE);
      appends.check(store.newClient());
    });
  }

  private static long stateBytes(KvSimulation store) {
    return store.group().client().status(PeerId.of("n1")).stateSizeBytes();
  }

  private static void checkState(KvSimulation store, long bound) {
    long bytes = stateBytes(store);
    require(bytes <= bound, "Bounded memory", "the state has %d bytes, more than %d", bytes, bound);
  }

  /** What was read is not kept for a retry: reading again does no harm. */
  private static void memGet(KvSimulation store) {
    String big = "x".repeat(BIG_BYTES);
    KvSimulation.Client one = store.newClient();
    KvSimulation.Client other = store.newClient();
    Outcome _ = one.insist("k", new Call.Put(big));
    KvStory.expectValue(big, one.insist("k", new Call.Get()));
    KvStory.expectValue(big, other.insist("k", new Call.Get()));
    Outcome _ = one.insist("k", new Call.Put("0"));
    checkState(store, BIG_BYTES - 1);
  }

  private static void memPut(KvSimulation store) {
    Outcome _ = store.newClient().insist("k", new Call.Put("x".repeat(BIG_BYTES)));
    Outcome _ = store.newClient().insist("k", new Call.Put(""));
    checkState(store, BIG_BYTES - 1);
  }

  private static void memAppend(KvSimulation store) {
    Outcome _ = store.newClient().insist("k", new Call.Append("x".repeat(BIG_BYTES)));
    Outcome _ = store.newClient().insist("k", new Call.Append("x".repeat(BIG_BYTES)));
    checkState(store, 3 * BIG_BYTES);
  }

  private static void memPutMany(KvSimulation store) {
    ManyClients clients = new ManyClients(store);
    long before = clients.stateBytes();
    String value = "x".repeat(ManyClients.VALUE_BYTES);
    clients.each(MANY_CLIENTS, _ -> new Call.Put(value));
    clients.checkGrowth(before, MANY_CLIENTS, 200);
  }

  private static void memGetMany(KvSimulation store) {
    ManyClients clients = new ManyClients(store);
    long before = clients.stateBytes();
    clients.each(MANY_CLIENTS, _ -> new Call.Get());
    // No sessions at all: reads are not numbered.
    clients.checkGrowth(before, MANY_CLIENTS, 0);
  }
}
