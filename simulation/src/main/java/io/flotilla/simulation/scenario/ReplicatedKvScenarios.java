package io.flotilla.simulation.scenario;

import static io.flotilla.simulation.LawBroken.require;

import io.flotilla.raft.PeerId;
import io.flotilla.simulation.Simulation;
import io.flotilla.simulation.kv.KvSimulation;
import io.flotilla.simulation.world.LinkConditions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * KV1 to KV17: one run with a table of parameters (labs 3 and 4), in both forms of the suites: with versioned puts, and with appends
 * ("KV1-appends").
 */
final class ReplicatedKvScenarios {
  private static final int ROUNDS = 3;
  private static final int RANDOM_KEYS = 100;
  private static final Duration VERSIONED_ROUND = Duration.ofSeconds(1);
  private static final Duration APPENDING_ROUND = Duration.ofSeconds(6);
  private static final Duration QUIET = Duration.ofSeconds(1);
  private static final LinkConditions N = LinkConditions.RELIABLE;
  private static final LinkConditions U = LinkConditions.UNRELIABLE;

  /** What servers do about their logs. */
  enum Snapshots {
    FORBIDDEN, LIMITED;

    /** The suites' limit of log, past which a snapshot is taken. */
    private static final int LIMIT_BYTES = 1000;

    String config() {
      return this == FORBIDDEN ? "flotilla.raft.snapshot-after-entries = 0\nflotilla.raft.snapshot-after-size = 0"
          : "flotilla.raft.snapshot-after-size = %d\nflotilla.raft.retain-entries = 0".formatted(LIMIT_BYTES);
    }

    /**
     * No log is longer than eight times the limit. As a snapshot waits for the log to grow by a tenth of the state as well (or large
     * states would be written again and again), the limit is that tenth if it is more.
     */
    void check(Simulation group) {
      group.peers().stream().filter(group::isUp).forEach(peer -> {
        if (this == FORBIDDEN) {
          require(group.snapshotBytes(peer) == 0, "Bounded log", "%s has a snapshot", peer);
        } else {
          long limit = Math.max(LIMIT_BYTES, group.client().status(peer).stateSizeBytes() / 10);
          require(group.logBytes(peer) <= 8 * limit, "Bounded log", "that of %s has %d bytes, the limit is %d", peer,
              group.logBytes(peer), limit);
        }
      });
    }
  }

  /** Which keys clients use. */
  private enum Keys {
    OWN, RANDOM
  }

  /** A row of the suites' table. */
  private record Parameters(String id, String title, int clients, int peers, LinkConditions network, boolean crash, boolean partitions,
      Snapshots snapshots, Keys keys) {}

  private ReplicatedKvScenarios() {}

  static List<Scenario> all() {
    return table().stream().flatMap(row -> Stream.of(
        scenario(row, row.id, row.title, store -> new Run(store, row).versioned()),
        scenario(row, row.id + "-appends", row.title + "Appends", store -> new Run(store, row).appending()))).toList();
  }

  private static List<Parameters> table() {
    Snapshots none = Snapshots.FORBIDDEN;
    Snapshots limited = Snapshots.LIMITED;
    return List.of(
        new Parameters("KV1", "Basic", 1, 5, N, false, false, none, Keys.OWN),
        new Parameters("KV2", "Concurrent", 5, 5, N, false, false, none, Keys.OWN),
        new Parameters("KV3", "Unreliable", 5, 5, U, false, false, none, Keys.OWN),
        new Parameters("KV4", "ManyPartitionsOneClient", 1, 5, N, false, true, none, Keys.OWN),
        new Parameters("KV5", "ManyPartitionsManyClients", 5, 5, N, false, true, none, Keys.OWN),
        new Parameters("KV6", "PersistOneClient", 1, 5, N, true, false, none, Keys.OWN),
        new Parameters("KV7", "PersistConcurrent", 5, 5, N, true, false, none, Keys.OWN),
        new Parameters("KV8", "PersistConcurrentUnreliable", 5, 5, U, true, false, none, Keys.OWN),
        new Parameters("KV9", "PersistPartition", 5, 5, N, true, true, none, Keys.OWN),
        new Parameters("KV10", "PersistPartitionUnreliable", 5, 5, U, true, true, none, Keys.OWN),
        new Parameters("KV11", "PersistPartitionUnreliableLinearizable", 15, 7, U, true, true, none, Keys.RANDOM),
        new Parameters("KV12", "SnapshotRecover", 1, 5, N, true, false, limited, Keys.OWN),
        new Parameters("KV13", "SnapshotRecoverManyClients", 20, 5, N, true, false, limited, Keys.OWN),
        new Parameters("KV14", "SnapshotUnreliable", 5, 5, U, false, false, limited, Keys.OWN),
        new Parameters("KV15", "SnapshotUnreliableRecover", 5, 5, U, true, false, limited, Keys.OWN),
        new Parameters("KV16", "SnapshotUnreliableRecoverConcurrentPartition", 5, 5, U, true, true, limited, Keys.OWN),
        new Parameters("KV17", "SnapshotUnreliableRecoverConcurrentPartitionLinearizable", 15, 7, U, true, true, limited, Keys.RANDOM));
  }

  private static Scenario scenario(Parameters row, String id, String title, Consumer<KvSimulation> story) {
    return KvStory.of(id, title, group -> group.peers(row.peers).network(row.network).config(row.snapshots.config()), story);
  }

  /** The run itself. */
  private static final class Run {
    private final KvSimulation store;
    private final Simulation group;
    private final Parameters row;
    private final RandomGenerator random;
    private boolean partitioning;

    Run(KvSimulation store, Parameters row) {
      this.store = store;
      this.row = row;
      group = store.group();
      random = group.world().random();
    }

    void versioned() {
      KvStory.warmUp(store);
      List<KvSimulation.Client> clients = clients();
      OnePuts.Losses losses = row.network.equals(N) && !row.crash && !row.partitions ? OnePuts.Losses.NONE : OnePuts.Losses.POSSIBLE;
      OnePuts puts = new OnePuts(store);
      for (int round = 0; round < ROUNDS; round++) {
        puts.begin();
        Together running = new Together(group);
        clients.forEach(client -> running.go("client", () -> puts.caller(client)
            .putUntilEnd(() -> row.keys == Keys.OWN ? "k" : "k" + random.nextInt(RANDOM_KEYS))));
        group.advance(VERSIONED_ROUND);
        puts.end();
        // The partitioner comes only now, so it hits the last operations.
        endRound(running);
        if (row.keys == Keys.OWN) {
          puts.checkVersion("k", store.newClient(), losses);
        }
        store.checkLinearizable();
      }
    }

    void appending() {
      KvStory.warmUp(store);
      Appends appends = new Appends(store);
      List<Appends.Caller> callers = new ArrayList<>();
      clients().forEach(client -> callers.add(appends.caller(client, Integer.toString(callers.size()))));
      for (int round = 0; round < ROUNDS; round++) {
        appends.begin();
        Together running = new Together(group);
        callers.forEach(caller -> running.go("client", row.keys == Keys.OWN ? caller::useOwnKeyUntilEnd
            : () -> caller.useRandomKeysUntilEnd(row.clients)));
        group.advance(VERSIONED_ROUND);
        Together partitioner = new Together(group);
        if (row.partitions) {
          partitioning = true;
          partitioner.go("partitioner", this::partition);
        }
        group.advance(APPENDING_ROUND.minus(VERSIONED_ROUND));
        appends.end();
        partitioning = false;
        partitioner.join(KvStory.PATIENCE);
        settle(running);
        if (row.keys == Keys.OWN) {
          appends.check(store.newClient());
        }
      }
    }

    private List<KvSimulation.Client> clients() {
      return Stream.generate(store::newClient).limit(row.clients).toList();
    }

    private void endRound(Together running) {
      if (row.partitions) {
        partitionOnce();
        group.advance(betweenPartitions());
      }
      settle(running);
    }

    /** Everything is whole again, some time passes, all crash and return if that is to be; then whoever still waits gets an answer. */
    private void settle(Together running) {
      if (row.partitions) {
        group.world().network().heal();
        group.advance(QUIET);
      }
      if (row.crash) {
        group.peers().forEach(group::crash);
        group.advance(QUIET);
        group.peers().forEach(group::restart);
      }
      running.join(KvStory.PATIENCE);
      row.snapshots.check(group);
    }

    private void partition() {
      while (partitioning) {
        partitionOnce();
        group.advance(betweenPartitions());
      }
    }

    private Duration betweenPartitions() {
      return Duration.ofMillis(1000 + random.nextInt(200));
    }

    /** Each server flips a coin for one of two sides; clients reach both. */
    private void partitionOnce() {
      List<PeerId> heads = group.peers().stream().filter(_ -> random.nextBoolean()).toList();
      Sides.split(group, heads, group.peers().stream().filter(peer -> !heads.contains(peer)).toList());
    }
  }
}
