package io.flotilla.simulation.scenario;

import static io.flotilla.simulation.LawBroken.require;
import static io.flotilla.simulation.scenario.KvStory.expectValue;

import io.flotilla.raft.PeerId;
import io.flotilla.simulation.Simulation;
import io.flotilla.simulation.kv.KvSimulation;
import io.flotilla.simulation.linearizability.Call;
import io.flotilla.simulation.linearizability.Outcome;
import io.flotilla.simulation.scenario.ReplicatedKvScenarios.Snapshots;
import io.flotilla.simulation.world.LinkConditions;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** KV18 to KV22: what is aimed at one weakness each. */
final class ReplicatedKvDirectedScenarios {
  private static final int SPEED_OPERATIONS = 1000;
  private static final Duration SPEED_BOUND = Duration.ofNanos(SPEED_OPERATIONS * 100_000_000L / 3);
  private static final Duration MINORITY_SILENCE = Duration.ofSeconds(1);
  private static final Duration AFTER_HEALING = Duration.ofSeconds(3);
  private static final int SIZE_ROUNDS = 200;
  private static final long SNAPSHOT_BYTES = 500;

  private ReplicatedKvDirectedScenarios() {}

  static List<Scenario> all() {
    return List.of(
        three("KV18", "Speed", Snapshots.FORBIDDEN, ReplicatedKvDirectedScenarios::speed),
        three("KV18-snapshots", "SpeedWithSnapshots", Snapshots.LIMITED, ReplicatedKvDirectedScenarios::speed),
        ExactlyOnceScenarios.oneKey("KV19", "ReplicatedUnreliableOneKey", 3),
        KvStory.of("KV20", "OnePartition", 5, LinkConditions.UNRELIABLE, ReplicatedKvDirectedScenarios::onePartition),
        KvStory.of("KV20-reliable", "OnePartitionReliable", 5, LinkConditions.RELIABLE, ReplicatedKvDirectedScenarios::onePartition),
        three("KV21", "SnapshotRPC", Snapshots.LIMITED, ReplicatedKvDirectedScenarios::snapshotRpc),
        three("KV22", "SnapshotSize", Snapshots.LIMITED, ReplicatedKvDirectedScenarios::snapshotSize));
  }

  private static Scenario three(String id, String title, Snapshots snapshots, Consumer<KvSimulation> story) {
    return KvStory.of(id, title, group -> group.peers(3).network(LinkConditions.RELIABLE).config(snapshots.config()), story);
  }

  private static void speed(KvSimulation store) {
    KvSimulation.Client client = store.newClient();
    Outcome _ = client.insist("k", new Call.Get());
    long begunNanos = store.group().world().nowNanos();
    for (int i = 0; i < SPEED_OPERATIONS; i++) {
      KvStory.expect(new Outcome.Written(i + 1), client.call("k", new Call.Cas(i, Integer.toString(i))));
    }
    Duration taken = Duration.ofNanos(store.group().world().nowNanos() - begunNanos);
    require(taken.compareTo(SPEED_BOUND) <= 0, "Speed", "%d operations took %s", SPEED_OPERATIONS, taken);
  }

  private static void onePartition(KvSimulation store) {
    Simulation group = store.group();
    KvSimulation.Client inMajority = store.newClient();
    KvSimulation.Client putting = store.newClient();
    KvSimulation.Client getting = store.newClient();
    put(inMajority, "1", "13");
    RaftProbes raft = new RaftProbes(group);
    PeerId leader = raft.findLeader();
    List<PeerId> minority = List.of(leader, raft.after(leader, 1));
    List<PeerId> majority = List.of(raft.after(leader, 2), raft.after(leader, 3), raft.after(leader, 4));
    Sides.split(group, minority, majority);
    Sides.keepFrom(group, inMajority, minority);
    Sides.keepFrom(group, putting, majority);
    Sides.keepFrom(group, getting, majority);
    put(inMajority, "1", "14");
    expectValue("14", inMajority.insist("1", new Call.Get()));
    Together puts = new Together(group);
    puts.go("put in the minority", () -> put(putting, "1", "15"));
    Together gets = new Together(group);
    gets.go("get in the minority", () -> getting.insist("1", new Call.Get()));
    group.advance(MINORITY_SILENCE);
    require(puts.underWay() == 1 && gets.underWay() == 1, "No agreement without a quorum", "the minority served a client");
    expectValue("14", inMajority.insist("1", new Call.Get()));
    put(inMajority, "1", "16");
    expectValue("16", inMajority.insist("1", new Call.Get()));
    group.world().network().heal();
    group.advance(RaftProbes.ELECTION);
    puts.join(AFTER_HEALING);
    gets.join(AFTER_HEALING);
    expectValue("15", inMajority.insist("1", new Call.Get()));
  }

  private static void put(KvSimulation.Client client, String key, String value) {
    Outcome outcome = client.insist(key, new Call.Put(value));
    require(outcome instanceof Outcome.Written, "Contract", "a put was answered %s", outcome);
  }

  private static void snapshotRpc(KvSimulation store) {
    Simulation group = store.group();
    List<PeerId> peers = List.copyOf(group.peers());
    KvSimulation.Client client = store.newClient();
    put(client, "a", "A");
    expectValue("A", client.insist("a", new Call.Get()));
    Sides.split(group, peers.subList(0, 2), peers.subList(2, 3));
    Sides.keepFrom(group, client, peers.subList(2, 3));
    for (int i = 0; i < 50; i++) {
      put(client, Integer.toString(i), Integer.toString(i));
    }
    group.advance(RaftProbes.ELECTION);
    put(client, "b", "B");
    Snapshots.LIMITED.check(group);
    Sides.split(group, List.of(peers.get(0), peers.get(2)), List.of(peers.get(1)));
    Sides.keepFrom(group, client, List.of(peers.get(1)));
    put(client, "c", "C");
    put(client, "d", "D");
    for (List<String> pair : List.of(List.of("a", "A"), List.of("b", "B"), List.of("1", "1"), List.of("49", "49"))) {
      expectValue(pair.getLast(), client.insist(pair.getFirst(), new Call.Get()));
    }
    group.world().network().heal();
    put(client, "e", "E");
    for (List<String> pair : List.of(List.of("c", "C"), List.of("e", "E"), List.of("1", "1"))) {
      expectValue(pair.getLast(), client.insist(pair.getFirst(), new Call.Get()));
    }
  }

  /** One session with one answer, one small record: the suites' bound holds as it is. */
  private static void snapshotSize(KvSimulation store) {
    KvSimulation.Client client = store.newClient();
    for (int round = 0; round < SIZE_ROUNDS; round++) {
      for (String value : List.of("0", "1")) {
        put(client, "x", value);
        expectValue(value, client.insist("x", new Call.Get()));
      }
    }
    Snapshots.LIMITED.check(store.group());
    store.group().peers().forEach(peer -> {
      long bytes = store.group().snapshotBytes(peer);
      require(bytes > 0 && bytes <= SNAPSHOT_BYTES, "Bounded snapshot", "that of %s has %d bytes", peer, bytes);
    });
  }
}
