package io.flotilla.simulation.scenario;

import io.flotilla.simulation.Faults;
import io.flotilla.simulation.Simulation;
import io.flotilla.simulation.kv.KvSimulation;
import io.flotilla.simulation.linearizability.Call;
import io.flotilla.simulation.linearizability.Outcome;
import io.flotilla.simulation.world.World;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/**
 * Runs in which the seed decides everything: how many replicas there are, what they are asked, and all that goes wrong meanwhile, from
 * nothing at all to everything at once. The laws hold throughout; once nothing breaks any more, the group gets on within a bound.
 */
public final class Swarm {
  private static final Duration CHAOS = Duration.ofSeconds(6);
  private static final Duration RECOVERY = Duration.ofSeconds(20);
  private static final int LARGEST_GROUP = 7;

  private Swarm() {}

  public static List<Scenario> all() {
    return List.of(raft(), store());
  }

  /** A Raft group with clients that propose and read. */
  public static Scenario raft() {
    return new Scenario("SWARM1", "Raft", Swarm::playRaft);
  }

  /** The key-value store on such a group, by way of real routers. */
  public static Scenario store() {
    return new Scenario("SWARM2", "Store", Swarm::playStore);
  }

  private static void playRaft(World world) {
    RandomGenerator random = world.newRandom();
    Simulation simulation = group(world, random).faults(Faults.swarm(random.nextLong()));
    simulation.run(CHAOS);
    simulation.heal();
    simulation.runUntil(Simulation::converged, RECOVERY);
    simulation.expectService(RECOVERY);
  }

  private static Simulation group(World world, RandomGenerator random) {
    return Simulation.in(world).peers(1 + random.nextInt(LARGEST_GROUP)).spares(random.nextInt(3))
        .config("flotilla.raft.snapshot-after-entries = " + (1 + random.nextInt(60)))
        .config("flotilla.raft.retain-entries = " + random.nextInt(20))
        .config("flotilla.raft.max-append-entries = " + (random.nextInt(3) > 0 ? 4096 : 1 + random.nextInt(4)))
        .config("flotilla.raft.snapshot-chunk-size = " + (random.nextInt(3) > 0 ? 262_144 : 1024));
  }

  private static void playStore(World world) {
    RandomGenerator random = world.newRandom();
    Faults faults = Faults.swarm(random.nextLong()).withoutClients();
    KvSimulation store = KvSimulation.start(group(world, random).faults(faults));
    Simulation group = store.group();
    Workload workload = new Workload(store, random);
    workload.begin();
    group.run(CHAOS);
    group.heal();
    workload.end();
    group.runUntil(_ -> workload.hasEnded(), RECOVERY);
    group.runUntil(Simulation::converged, RECOVERY);
    group.expectService(RECOVERY);
    store.checkLinearizable();
  }

  /** Clients that do this and that to a few keys, each one thing at a time; their last calls, once all is well, must succeed. */
  private static final class Workload {
    private static final int MAX_CLIENTS = 6;
    private static final int MAX_KEYS = 3;
    private static final int LONGEST_PAUSE_MILLIS = 60;

    private final KvSimulation store;
    private final RandomGenerator random;
    private final int clients;
    private final int keys;
    private final AtomicInteger ended = new AtomicInteger();
    private boolean ending;
    private int lastValue;

    Workload(KvSimulation store, RandomGenerator random) {
      this.store = store;
      this.random = random;
      clients = 1 + random.nextInt(MAX_CLIENTS);
      keys = 1 + random.nextInt(MAX_KEYS);
    }

    void begin() {
      for (int i = 0; i < clients; i++) {
        KvSimulation.Client client = random.nextInt(3) == 0 ? store.newImpatientClient() : store.newClient();
        store.group().go("client", () -> run(client));
      }
    }

    void end() {
      ending = true;
    }

    boolean hasEnded() {
      return ended.get() == clients;
    }

    private void run(KvSimulation.Client client) {
      long version = 0;
      while (!ending) {
        String key = "k" + random.nextInt(keys);
        version = versionIn(callAtRandom(client, key, version));
        store.group().advance(Duration.ofMillis(random.nextInt(LONGEST_PAUSE_MILLIS)));
      }
      while (!(client.put("k0", value()) instanceof Outcome.Written)) {
        // refused or unknown: try until it gets on, which the bound on the run's end watches
      }
      ended.incrementAndGet();
    }

    private Outcome callAtRandom(KvSimulation.Client client, String key, long lastVersion) {
      return switch (random.nextInt(10)) {
        case 0, 1 -> client.put(key, value());
        case 2, 3, 4 -> client.append(key, value());
        case 5 -> client.call(key, new Call.Cas(lastVersion, value()));
        case 6 -> random.nextInt(4) == 0 ? client.call(key, new Call.Delete()) : client.put(key, value());
        case 7 -> client.leaseGet(key);
        default -> client.get(key);
      };
    }

    private String value() {
      return ++lastValue + ",";
    }

    private static long versionIn(Outcome outcome) {
      return switch (outcome) {
        case Outcome.Written written -> written.version();
        case Outcome.Found found -> found.version();
        case Outcome.VersionDiffers differs -> differs.version();
        case Outcome.Deleted _, Outcome.Absent _, Outcome.NotApplied _, Outcome.Unknown _ -> 0;
      };
    }
  }
}
