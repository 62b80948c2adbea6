package io.flotilla.simulation.scenario;

import static io.flotilla.simulation.LawBroken.require;

import io.flotilla.simulation.kv.KvSimulation;
import io.flotilla.simulation.kv.VersionedLock;
import io.flotilla.simulation.linearizability.Call;
import io.flotilla.simulation.linearizability.Outcome;
import io.flotilla.simulation.world.LinkConditions;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/**
 * LK: a lock built on versioned puts (lab 2 of 2025 and 2026). On the unreliable network the clients give up soon, for patient ones
 * hardly ever have to say that they do not know, and that is what the lock has to cope with.
 */
final class LockScenarios {
  private static final Duration LOOP = Duration.ofSeconds(2);
  private static final Duration HOLD = Duration.ofMillis(10);

  private LockScenarios() {}

  static List<Scenario> all() {
    return List.of(
        KvStory.of("LK1", "ReliableBasic", 1, LinkConditions.RELIABLE, LockScenarios::basic),
        KvStory.of("LK2", "ReliableNested", 1, LinkConditions.RELIABLE, LockScenarios::nested),
        loop("LK3", "OneClientReliable", 1, LinkConditions.RELIABLE, KvSimulation::newClient),
        loop("LK4", "ManyClientsReliable", 10, LinkConditions.RELIABLE, KvSimulation::newClient),
        loop("LK5", "OneClientUnreliable", 1, LinkConditions.UNRELIABLE, KvSimulation::newImpatientClient),
        loop("LK6", "ManyClientsUnreliable", 10, LinkConditions.UNRELIABLE, KvSimulation::newImpatientClient));
  }

  private static VersionedLock lock(KvSimulation store, KvSimulation.Client client, String name) {
    return new VersionedLock(store.group().world(), client, name, client.node().id());
  }

  private static void basic(KvSimulation store) {
    VersionedLock lock = lock(store, store.newClient(), "lock");
    lock.acquire();
    lock.release();
  }

  private static void nested(KvSimulation store) {
    KvSimulation.Client client = store.newClient();
    VersionedLock one = lock(store, client, "one");
    VersionedLock other = lock(store, client, "other");
    Together nesting = new Together(store.group());
    nesting.go("nesting", () -> {
      one.acquire();
      other.acquire();
      other.release();
      one.release();
      other.acquire();
      one.acquire();
      one.release();
      one.acquire();
      other.release();
      one.release();
    });
    nesting.join(KvStory.PATIENCE);
  }

  private static Scenario loop(String id, String title, int clients, LinkConditions network,
      Function<KvSimulation, KvSimulation.Client> newClient) {
    return KvStory.of(id, title, 1, network, store -> {
      KvStory.warmUp(store);
      Together callers = new Together(store.group());
      Rounds rounds = new Rounds(store);
      for (int i = 0; i < clients; i++) {
        KvSimulation.Client client = newClient.apply(store);
        callers.go("caller", () -> rounds.run(client));
      }
      store.group().advance(LOOP);
      rounds.ending = true;
      callers.join(KvStory.PATIENCE);
      require(rounds.done > 0, "Progress", "nobody got the lock");
    });
  }

  /** Take the lock, do what must not be done by two, give it back; again and again. */
  private static final class Rounds {
    private static final String GUARDED = "l0";

    private final KvSimulation store;
    private boolean ending;
    private int holders;
    private int done;

    Rounds(KvSimulation store) {
      this.store = store;
    }

    void run(KvSimulation.Client client) {
      VersionedLock lock = lock(store, client, "lock");
      do {
        lock.acquire();
        require(++holders == 1, "Mutual exclusion", "%d hold the lock", holders);
        Outcome before = client.insist(GUARDED, new Call.Get());
        require(KvStory.valueIn(before).isEmpty(), "Mutual exclusion", "%s got the lock and found %s", client.node(), before);
        long version = before instanceof Outcome.Found found ? found.version() : 0;
        mark(client, version, client.node().id());
        store.group().advance(HOLD);
        mark(client, version + 1, "");
        done++;
        holders--;
        lock.release();
      } while (!ending);
    }

    /** Nobody else may change the guarded key, so the put is certainly applied once. */
    private static void mark(KvSimulation.Client client, long version, String value) {
      Outcome put = client.insist(GUARDED, new Call.Cas(version, value));
      require(put.equals(new Outcome.Written(version + 1)), "Mutual exclusion", "%s holds the lock, and yet its put: %s", client.node(),
          put);
    }
  }
}
