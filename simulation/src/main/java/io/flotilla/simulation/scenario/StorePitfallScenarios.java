package io.flotilla.simulation.scenario;

import static io.flotilla.simulation.LawBroken.require;

import io.flotilla.raft.PeerId;
import io.flotilla.simulation.Simulation;
import io.flotilla.simulation.kv.KvSimulation;
import io.flotilla.simulation.linearizability.Call;
import io.flotilla.simulation.linearizability.Outcome;
import io.flotilla.simulation.world.Delay;
import io.flotilla.simulation.world.LinkConditions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Runs that chance finds seldom, told step by step: what the store does with what its clients send. */
final class StorePitfallScenarios {
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final Duration A_MOMENT = Duration.ofMillis(3);
  private static final int APPENDS = 40;
  private static final int WRITERS = 20;
  private static final int WRITES = 10;
  private static final int MORE_WRITES = 60;
  private static final int RESTARTS = 6;
  private static final int HANDOVERS = 5;
  private static final Duration PATIENCE_STEP = Duration.ofMillis(75);

  private StorePitfallScenarios() {}

  static List<Scenario> all() {
    return List.of(
        KvStory.of("PF5", "LateCopies", 3, LinkConditions.RELIABLE, StorePitfallScenarios::lateCopies),
        KvStory.of("PF9", "UnknownStaysUnknown", 3, LinkConditions.RELIABLE, StorePitfallScenarios::unknownStaysUnknown),
        KvStory.of("PF11", "ManyWritesOfOneSession", 3, LinkConditions.RELIABLE, StorePitfallScenarios::manyWritesOfOneSession),
        KvStory.of("PF16", "MoneyMoves", group -> group.peers(3).config("flotilla.raft.snapshot-after-entries = 20"), Accounts::play),
        KvStory.of("PF18", "RetriesOfOneWrite", 3, LinkConditions.RELIABLE, StorePitfallScenarios::retriesOfOneWrite),
        KvStory.of("PF19", "SnapshotsWhileWritesGoOn", group -> group.peers(3).config("flotilla.raft.snapshot-after-entries = 10"),
            StorePitfallScenarios::snapshotsWhileWritesGoOn),
        KvStory.of("PF36", "LeaderSaysNo", 3, LinkConditions.RELIABLE, StorePitfallScenarios::leaderSaysNo),
        KvStory.of("PF44", "RevisionsRise", group -> group.peers(3).config("flotilla.raft.snapshot-after-entries = 10"), Revisions::play));
  }

  /** Every request arrives twice, and the one copy often after the client has had its answer and asked for more: nothing is applied twice. */
  private static void lateCopies(KvSimulation store) {
    KvStory.warmUp(store);
    KvSimulation.Client client = store.newClient();
    LinkConditions twice = new LinkConditions(Delay.micros(50, 200_000), Delay.micros(50, 150), 0, 0, 1, 0);
    store.group().peers().forEach(peer -> store.group().world().network().become(client.node(), store.group().node(peer), twice));
    StringBuilder appended = new StringBuilder();
    for (int i = 0; i < APPENDS; i++) {
      String piece = i + ",";
      Outcome outcome = client.append("k", piece);
      require(outcome instanceof Outcome.Written, "Contract", "an append was answered %s", outcome);
      appended.append(piece);
    }
    store.group().advance(RaftProbes.ELECTION);
    KvStory.expectValue(appended.toString(), client.get("k"));
  }

  /**
   * A leader hears nothing any more, so it steps down and tells whoever waits that nobody knows the outcome; but what it sent did arrive,
   * and its successor commits it. A client that is then refused until its time is over must not take that for all there is to know.
   * Clients of ever more patience: the time of some is over just then.
   */
  private static void unknownStaysUnknown(KvSimulation store) {
    KvStory.warmUp(store);
    Simulation group = store.group();
    PeerId leader = group.leader().orElseThrow();
    group.peers().stream().filter(peer -> !peer.equals(leader))
        .forEach(peer -> group.world().network().cut(group.node(peer), group.node(leader)));
    Together writers = new Together(group);
    for (int i = 1; i <= WRITERS; i++) {
      String key = "k" + i;
      KvSimulation.Client client = store.newClient(PATIENCE_STEP.multipliedBy(i));
      writers.go(key, () -> client.put(key, "v"));
    }
    writers.join(RaftProbes.ELECTION.multipliedBy(10));
    group.heal();
    group.runUntil(Simulation::converged, LIMIT);
    for (int i = 1; i <= WRITERS; i++) {
      Outcome _ = store.newClient().get("k" + i);   // the history as a whole says whether it may be so
    }
  }

  /**
   * One router's writes are all of one session. Some of them overtake others on their way, so the session must not take a lower number
   * for a repeated or an answered one: nothing is lost here, so each is applied and says so.
   */
  private static void manyWritesOfOneSession(KvSimulation store) {
    KvStory.warmUp(store);
    Simulation group = store.group();
    KvSimulation.Client client = store.newClient();
    LinkConditions overtaking = new LinkConditions(Delay.micros(50, 5_000), Delay.micros(50, 5_000), 0, 0, 0, 0);
    group.peers().forEach(peer -> {
      group.world().network().become(client.node(), group.node(peer), overtaking);
      group.world().network().become(group.node(peer), client.node(), overtaking);
    });
    Together writers = writeSideBySide(group, client, WRITES);
    writers.join(RaftProbes.ELECTION.multipliedBy(10));
  }

  /** Each to a key of its own, so many times; each append is applied once. */
  private static Together writeSideBySide(Simulation group, KvSimulation.Client client, int writes) {
    Together writers = new Together(group);
    for (int i = 0; i < WRITERS; i++) {
      String key = "k" + i;
      writers.go(key, () -> {
        for (int n = 1; n <= writes; n++) {
          KvStory.expect(new Outcome.Written(n), client.append(key, n + ","));
        }
      });
    }
    return writers;
  }

  /**
   * Half of all answers get lost, and a caller soon gives up and sends its write again, under its number, until it has an answer. A number
   * is what tells a repeat from another write, so each is applied once.
   */
  private static void retriesOfOneWrite(KvSimulation store) {
    KvStory.warmUp(store);
    KvSimulation.Client client = store.newImpatientClient();
    LinkConditions deaf = new LinkConditions(Delay.micros(50, 150), Delay.micros(50, 150), 0, 0.5, 0, 0);
    store.group().peers().forEach(peer -> store.group().world().network().become(store.group().node(peer), client.node(), deaf));
    StringBuilder appended = new StringBuilder();
    for (int i = 1; i <= APPENDS; i++) {
      KvStory.expect(new Outcome.Written(i), client.insist("k", new Call.Append(i + ",")));
      appended.append(i).append(',');
    }
    KvStory.expectValue(appended.toString(), client.insist("k", new Call.Get()));
  }

  /**
   * A snapshot is of one moment, and is written later, when the state has gone on. Servers that come back with such a one must come to the
   * same state as those that never went away.
   */
  private static void snapshotsWhileWritesGoOn(KvSimulation store) {
    KvStory.warmUp(store);
    Simulation group = store.group();
    Together writers = writeSideBySide(group, store.newClient(), MORE_WRITES);
    for (int i = 0; i < RESTARTS; i++) {
      group.advance(A_MOMENT);
      PeerId follower = group.peers().stream().filter(peer -> !group.leaders().contains(peer)).findFirst().orElseThrow();
      group.crash(follower);
      group.advance(A_MOMENT);
      group.restart(follower);
    }
    writers.join(RaftProbes.ELECTION.multipliedBy(10));
    group.runUntil(Simulation::converged, LIMIT);
  }

  /**
   * Whom a router knows as the leader hands over, and lives. It is not silent, it only denies that it leads: that must be enough for the
   * router to go to the one that it names. All partitions and crashes make leaders silent as well, so they do not tell.
   */
  private static void leaderSaysNo(KvSimulation store) {
    Simulation group = store.group();
    KvSimulation.Client client = store.newClient();
    group.runUntil(Simulation::converged, LIMIT);
    for (int i = 1; i <= HANDOVERS; i++) {
      int revision = i;
      Together writer = new Together(group);
      writer.go("writer", () -> KvStory.expect(new Outcome.Written(revision), client.append("k", revision + ",")));
      writer.join(RaftProbes.ELECTION);
      PeerId leader = group.leader().orElseThrow();
      PeerId successor = group.peers().stream().filter(peer -> !peer.equals(leader)).findFirst().orElseThrow();
      CompletionStage<?> _ = group.client().transferLeadership(leader, successor);
      group.runUntil(simulation -> simulation.watch().leads(successor), LIMIT);
    }
  }
}
