package io.flotilla.simulation.scenario;

import static io.flotilla.simulation.LawBroken.require;

import io.flotilla.raft.PeerId;
import io.flotilla.raft.actor.RaftClientProtocol.Reply;
import io.flotilla.simulation.Simulation;
import io.flotilla.simulation.kv.KvSimulation;
import io.flotilla.simulation.linearizability.Outcome;
import io.flotilla.simulation.world.Delay;
import io.flotilla.simulation.world.LinkConditions;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Runs that chance finds seldom, told step by step: what a router makes of refusals and silence, and what it holds meanwhile. */
final class RouterPitfallScenarios {
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final Duration A_MOMENT = Duration.ofMillis(30);
  private static final LinkConditions SLOW = new LinkConditions(Delay.millis(60, 90), Delay.millis(60, 90), 0, 0, 0, 0);
  private static final String SMALLEST = "flotilla.raft.max-in-flight-size = 1 MiB";   // a leader cannot be held to less
  private static final String ASKS_AGAIN_SOON = "flotilla.kv { attempt-timeout = 50 ms, silence-timeout = 50 ms }";
  private static final int LARGE_WRITERS = 3;
  private static final String LARGE = "x".repeat(600 * 1024);   // no two of them fit
  private static final String SMALL_ROUTER = """
      flotilla.kv.max-value-size = 64 KiB
      flotilla.kv.max-pending-operations = 30
      flotilla.kv.max-pending-size = 1 MiB
      flotilla.kv.max-pending-answer-size = 1 MiB
      flotilla.kv.request-timeout = 1 s
      """;
  private static final String OF_64_KIB = "x".repeat(64 * 1024);
  private static final int STORMS = 3;
  private static final int STORM = 20;
  private static final int MOST_OPERATIONS = 30;
  private static final int MOST_WRITES = 15;   // of 64 KiB and a little more, in 1 MiB
  private static final Duration AT_ONCE = Duration.ofNanos(1_000);   // sooner than any message arrives
  private static final int CALM = 20;
  private static final int WRITERS = 5;
  private static final Duration SILENCE = Duration.ofMillis(400);
  private static final Duration SOON = Duration.ofMillis(600);
  private static final Duration LONGER_THAN_AN_ATTEMPT = Duration.ofMillis(1_200);

  private RouterPitfallScenarios() {}

  static List<Scenario> all() {
    return List.of(
        KvStory.of("PF38", "RefusedRetries", group -> group.peers(3).network(LinkConditions.RELIABLE).config(SMALLEST),
            RouterPitfallScenarios::refusedRetries),
        KvStory.of("PF45", "NothingStaysPending", 3, LinkConditions.RELIABLE, RouterPitfallScenarios::nothingStaysPending),
        KvStory.of("PF47", "WhoLeadsIsAsked", 3, LinkConditions.RELIABLE, RouterPitfallScenarios::whoLeadsIsAsked));
  }

  /**
   * What is under way at a leader is all that it may take in, and takes long to be committed. So it refuses a write when that comes again,
   * though the first copy is in its log: the writer must not be told that its write is not applied.
   */
  private static void refusedRetries(KvSimulation store) {
    KvStory.warmUp(store);
    Simulation group = store.group();
    group.peers().forEach(from -> group.peers().forEach(to -> group.world().network().become(group.node(from), group.node(to), SLOW)));
    Together writers = new Together(group);
    for (int i = 0; i < LARGE_WRITERS; i++) {
      String key = "k" + i;
      KvSimulation.Client client = store.newClient(ASKS_AGAIN_SOON);
      writers.go(key, () -> client.put(key, LARGE));
    }
    writers.join(RaftProbes.ELECTION.multipliedBy(10));
    group.heal();
    group.runUntil(Simulation::converged, LIMIT);
    for (int i = 0; i < LARGE_WRITERS; i++) {
      Outcome _ = store.newClient().get("k" + i);   // the history as a whole says whether it may be so
    }
  }

  /**
   * More is asked of a small router than it may take in, and while it is cut off nothing of that is answered. However it ends, it counts
   * no more: else the router would refuse ever more, and have the replicas keep ever more answers for it.
   */
  private static void nothingStaysPending(KvSimulation store) {
    KvStory.warmUp(store);
    Simulation group = store.group();
    KvSimulation.Client client = store.newClient(SMALL_ROUTER);
    for (int i = 0; i < STORMS; i++) {
      storm(group, client, i);
    }
    writeInCalm(client, CALM);
    long before = stateBytes(group);
    writeInCalm(client, CALM);
    long after = stateBytes(group);
    require(after == before, "Nothing stays counted", "a key was written over and over, and the state went from %d to %d bytes", before,
        after);
    for (int i = 0; i < CALM; i++) {
      Outcome outcome = client.get("calm");
      require(outcome instanceof Outcome.Found, "Contract", "a read was answered %s", outcome);
    }
  }

  private static void storm(Simulation group, KvSimulation.Client client, int number) {
    Together writers = new Together(group);
    Together readers = new Together(group);
    for (int i = 0; i < STORM; i++) {
      String key = "storm-%d-%d".formatted(number, i);
      writers.go("writer", () -> client.put(key, OF_64_KIB));
    }
    group.advance(AT_ONCE);   // so that writes come first, and reads take what room they leave
    for (int i = 0; i < STORM; i++) {
      readers.go("reader", () -> client.get("calm"));
    }
    group.advance(AT_ONCE);
    require(writers.underWay() <= MOST_WRITES && writers.underWay() + readers.underWay() <= MOST_OPERATIONS, "Bounded router",
        "it has taken in %d writes and %d reads", writers.underWay(), readers.underWay());
    group.advance(A_MOMENT.dividedBy(10));
    group.world().network().disconnect(client.node());
    writers.join(RaftProbes.ELECTION.multipliedBy(2));
    readers.join(RaftProbes.ELECTION.multipliedBy(2));
    group.world().network().reconnect(client.node());
  }

  private static void writeInCalm(KvSimulation.Client client, int times) {
    for (int i = 0; i < times; i++) {
      Outcome outcome = client.put("calm", OF_64_KIB);
      require(outcome instanceof Outcome.Written, "Contract", "a write was answered %s", outcome);
    }
  }

  private static long stateBytes(Simulation group) {
    group.runUntil(Simulation::converged, LIMIT);
    PeerId leader = group.leader().orElseThrow();
    return group.client().status(leader).stateSizeBytes();
  }

  /**
   * Requests get lost, questions too, and the leader keeps silent or seems to. As soon as messages arrive again, the router has its writes
   * done, sooner than it would give a silent replica another chance by itself, and than it would send again what others have overtaken.
   */
  private static void whoLeadsIsAsked(KvSimulation store) {
    KvStory.warmUp(store);
    Simulation group = store.group();
    PeerId leader = group.leader().orElseThrow();
    KvSimulation.Client client = store.newClient();
    KvStory.expect(new Outcome.Written(1), client.append("k0", "v"));   // by now it knows who leads
    unheard(group, client, List.of(leader), 1);
    unheard(group, client, group.peers(), 2);
    oneRequestIsLost(group, client, leader);
    nobodyTakesCommands(group, leader);
  }

  /** Neither side of the links hears the other, for longer than it takes to suspect who is silent. */
  private static void unheard(Simulation group, KvSimulation.Client client, Collection<PeerId> peers, int round) {
    Sides.keepFrom(group, client, peers);
    Together writers = new Together(group);
    for (int i = 1; i <= WRITERS; i++) {
      String key = "k" + i;
      writers.go("writer", () -> KvStory.expect(new Outcome.Written(round), client.append(key, "v")));
    }
    group.advance(SILENCE);
    group.world().network().heal();
    writers.join(SOON);
  }

  /** The leader goes on answering all others, so it is not silent. */
  private static void oneRequestIsLost(Simulation group, KvSimulation.Client client, PeerId leader) {
    Sides.keepFrom(group, client, List.of(leader));
    Together lost = new Together(group);
    lost.go("lost", () -> KvStory.expect(new Outcome.Written(1), client.append("lost", "v")));
    group.advance(A_MOMENT);
    group.world().network().heal();
    long untilNanos = group.world().nowNanos() + LONGER_THAN_AN_ATTEMPT.toNanos();
    while (group.world().nowNanos() < untilNanos) {
      KvStory.expectValue("v", client.get("k0"));
      group.advance(A_MOMENT);
    }
    lost.join(Duration.ZERO);
  }

  /** Who hands over does not send for operations that it would refuse, and knows of nobody else who takes them. */
  private static void nobodyTakesCommands(Simulation group, PeerId leader) {
    PeerId dead = group.peers().stream().filter(peer -> !peer.equals(leader)).findFirst().orElseThrow();
    group.crash(dead);
    CompletionStage<?> _ = group.client().transferLeadership(leader, dead);
    group.advance(A_MOMENT);
    Reply reply = group.await(group.client().findLeader(leader));
    require(reply instanceof Reply.NotLeader(long _, Optional<PeerId> other) && other.isEmpty(), "Contract",
        "%s hands over and says %s", leader, reply);
    group.restart(dead);
    group.expectService(LIMIT);
  }
}
