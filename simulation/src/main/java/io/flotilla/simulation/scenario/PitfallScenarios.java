package io.flotilla.simulation.scenario;

import static io.flotilla.simulation.LawBroken.require;

import io.flotilla.raft.PeerId;
import io.flotilla.raft.actor.RaftClientProtocol.Reply;
import io.flotilla.simulation.Simulation;
import io.flotilla.simulation.kv.KvSimulation;
import io.flotilla.simulation.linearizability.Outcome;
import io.flotilla.simulation.world.Delay;
import io.flotilla.simulation.world.LinkConditions;
import io.flotilla.simulation.world.Node;
import io.flotilla.simulation.world.World;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Runs that chance finds seldom, told step by step. */
public final class PitfallScenarios {
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final Duration A_MOMENT = Duration.ofMillis(30);

  /** Of each clock, so that two of them differ by no more than what leases allow for. */
  private static final double DRIFT = 0.1;
  private static final Duration READ_EVERY = Duration.ofMillis(4);
  private static final int READS = 250;
  private static final int APPENDS = 40;
  private static final String EVERY_TEN = """
      flotilla.raft.snapshot-after-entries = 10
      flotilla.raft.retain-entries = 0
      """;
  private static final String FOUR_AT_A_TIME = "flotilla.raft.max-append-entries = 4";   // so some are committed before others
  private static final int SHORTER_BURST = 18;   // less than two snapshots' worth: the one that is taken does not cover all
  private static final int BURST = 36;
  private static final int LONGER_BURST = 60;
  private static final String SMALL_CHUNKS = """
      flotilla.raft.snapshot-after-entries = 20
      flotilla.raft.retain-entries = 0
      flotilla.raft.snapshot-chunk-size = 1024
      """;
  private static final int COMMANDS = 100;
  private static final Duration ONE_BY_ONE = Duration.ofNanos(200_000);   // longer than messages take: they arrive in order
  private static final LinkConditions SLOW = new LinkConditions(Delay.millis(2, 5), Delay.millis(2, 5), 0, 0, 0, 0);
  private static final int ROUNDS = 10;
  private static final Duration SOON_LATE = Duration.ofMillis(340);   // nearly as long as a leader waits for an answer
  private static final LinkConditions LATE_ANSWERS =
      new LinkConditions(Delay.micros(50, 150), Delay.millis(375, 376), 0, 0, 0, 0);
  private static final int READS_MEANWHILE = 60;
  private static final int CRASHES = 5;
  private static final int WRITERS = 20;
  private static final int WRITES = 10;
  private static final Duration PATIENCE_STEP = Duration.ofMillis(75);

  private PitfallScenarios() {}

  public static List<Scenario> all() {
    return List.of(
        new Scenario("PF1", "Figure8StepByStep", PitfallScenarios::figure8),
        new Scenario("PF2", "LeaseAfterTransfer", PitfallScenarios::leaseAfterTransfer),
        new Scenario("PF3", "DeposedLeaderReads", world -> deposedLeaderReads(world, 0)),
        new Scenario("PF4", "DeposedLeaderReadsByASlowClock", world -> deposedLeaderReads(world, DRIFT)),
        KvStory.of("PF5", "LateCopies", 3, LinkConditions.RELIABLE, PitfallScenarios::lateCopies),
        RaftStory.of("PF6", "InterruptedSnapshot", 3, LinkConditions.RELIABLE, SMALL_CHUNKS, PitfallScenarios::interruptedSnapshot),
        RaftStory.of("PF7", "OvertakenSnapshot", 3, LinkConditions.RELIABLE, EVERY_TEN + FOUR_AT_A_TIME,
            PitfallScenarios::overtakenSnapshot),
        RaftStory.of("PF8", "ConflictingTail", 3, LinkConditions.RELIABLE, EVERY_TEN, PitfallScenarios::conflictingTail),
        KvStory.of("PF9", "UnknownStaysUnknown", 3, LinkConditions.RELIABLE, PitfallScenarios::unknownStaysUnknown),
        RaftStory.of("PF10", "SnapshotNoLongerNeeded", 3, LinkConditions.RELIABLE, EVERY_TEN + FOUR_AT_A_TIME,
            PitfallScenarios::snapshotNoLongerNeeded),
        KvStory.of("PF11", "ManyWritesOfOneSession", 3, LinkConditions.RELIABLE, PitfallScenarios::manyWritesOfOneSession),
        RaftStory.of("PF12", "ReadsWhileTheGroupShrinks", 3, SLOW, "", PitfallScenarios::readsWhileTheGroupShrinks),
        RaftStory.of("PF13", "TransferToTheDead", 3, LinkConditions.RELIABLE, "", PitfallScenarios::transferToTheDead));
  }

  /**
   * Figure 8 of the paper: (a) S1 leads and has an entry on one other server alone. (b) It crashes, and one that lacks the entry leads and
   * takes one of its own. (c) That one is cut off; S1 returns, leads again and gets its old entry to a majority. (d) It crashes
   * before an entry of its new term is there as well, and (b)'s leader may win and replace it: so it must not have been committed.
   */
  private static void figure8(World world) {
    Simulation simulation = Simulation.in(world).peers(5).start();
    RaftProbes raft = new RaftProbes(simulation);
    PeerId first = raft.findLeader();
    PeerId second = raft.after(first, 1);
    PeerId third = raft.after(first, 2);
    PeerId fourth = raft.after(first, 3);
    PeerId fifth = raft.after(first, 4);
    List.of(third, fourth, fifth).forEach(simulation::disconnect);
    raft.start(first, "old");                      // (a)
    simulation.advance(A_MOMENT);
    simulation.crash(first);
    simulation.crash(second);
    List.of(third, fourth, fifth).forEach(simulation::reconnect);
    awaitLeader(simulation, List.of(third, fourth, fifth));
    PeerId rival = simulation.leader().orElseThrow();
    simulation.peers().stream().filter(peer -> !peer.equals(rival) && simulation.isUp(peer)).forEach(simulation::disconnect);
    raft.start(rival, "rival");                    // (b)
    simulation.advance(A_MOMENT);
    simulation.crash(rival);
    simulation.restart(first);
    simulation.restart(second);
    simulation.peers().stream().filter(peer -> simulation.isUp(peer) && !simulation.isConnected(peer)).forEach(simulation::reconnect);
    awaitLeader(simulation, List.of(first, second, third, fourth, fifth));
    PeerId again = simulation.leader().orElseThrow();
    simulation.node(again).crashAfterSending(4);   // (c), (d): somewhere while it replicates
    boolean _ = simulation.until(() -> !simulation.isUp(again), LIMIT);
    simulation.restart(rival);
    simulation.advance(LIMIT);
    if (!simulation.isUp(again)) {
      simulation.restart(again);
    }
    simulation.runUntil(Simulation::converged, LIMIT);
  }

  private static void awaitLeader(Simulation simulation, List<PeerId> among) {
    require(simulation.until(() -> simulation.leader().filter(among::contains).filter(simulation::isConnected).isPresent(), LIMIT),
        "Progress", "none of %s leads", among);
  }

  /** A leader that told another to campaign may be deposed before its lease ends, and not hear of it (thesis §6.4.1). */
  private static void leaseAfterTransfer(World world) {
    Simulation simulation = Simulation.in(world).peers(3).start();
    RaftProbes raft = new RaftProbes(simulation);
    PeerId former = raft.findLeader();
    PeerId target = raft.after(former, 1);
    PeerId third = raft.after(former, 2);
    world.network().cut(simulation.node(third), simulation.node(former));    // it hears nothing of the election
    CompletionStage<?> _ = simulation.transferLeadership(former, target);
    boolean _ = simulation.until(() -> simulation.term(target) > simulation.term(former), LIMIT);
    world.network().cut(simulation.node(target), simulation.node(former));
    require(simulation.until(() -> simulation.watch().leads(target), LIMIT), "Progress", "%s does not take over", target);
    CompletionStage<Reply> written = simulation.propose(target, "new".getBytes(StandardCharsets.UTF_8));
    boolean _ = simulation.until(() -> written.toCompletableFuture().isDone(), Duration.ofMillis(100));
    CompletionStage<Reply> read = simulation.leaseRead(former);   // the law of linearizable reads looks at its answer, if one comes
    simulation.advance(A_MOMENT);
    Optional<Reply> answer = Optional.ofNullable(read.toCompletableFuture().getNow(null));
    world.line("the former leader answers %s", answer);
    simulation.heal();
    simulation.runUntil(Simulation::converged, LIMIT);
  }

  /**
   * A leader is cut off from its group, but not from its clients, who go on reading there while its successor acknowledges writes: what
   * it still answers, by asking around or by its lease, must not be stale (§8, thesis §6.4).
   *
   * @param drift the leader's clock is too slow by that part and all others are too fast: its lease lasts longer than it thinks
   */
  private static void deposedLeaderReads(World world, double drift) {
    Simulation simulation = Simulation.in(world).peers(5).config("flotilla.raft.election-timeout-max = 360 ms").start();
    RaftProbes raft = new RaftProbes(simulation);
    PeerId former = raft.findLeader();
    List<PeerId> others = simulation.peers().stream().filter(peer -> !peer.equals(former)).toList();
    simulation.node(former).runClockAt(1 - drift);
    others.forEach(peer -> simulation.node(peer).runClockAt(1 + drift));
    simulation.advance(LIMIT);
    others.forEach(peer -> {
      world.network().cut(simulation.node(former), simulation.node(peer));
      world.network().cut(simulation.node(peer), simulation.node(former));
    });
    for (int i = 0; i < READS; i++) {
      byte[] command = raft.newCommand().getBytes(StandardCharsets.UTF_8);
      simulation.leaders().stream().filter(others::contains).forEach(peer -> simulation.propose(peer, command));
      CompletionStage<Reply> _ = simulation.leaseRead(former);   // the law of linearizable reads looks at all answers
      CompletionStage<Reply> _ = simulation.read(former);
      simulation.advance(READ_EVERY);
    }
    simulation.heal();
    simulation.runUntil(Simulation::converged, LIMIT);
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

  /** A follower that gets a snapshot in many chunks crashes between them, again and again: what it installs in the end is whole. */
  private static void interruptedSnapshot(Simulation simulation, RaftProbes raft) {
    PeerId leader = raft.findLeader();
    PeerId follower = raft.after(leader, 1);
    simulation.crash(follower);
    for (int i = 0; i < COMMANDS; i++) {
      long _ = raft.agree(raft.newCommand() + " and much more to say".repeat(10), 2, RaftProbes.Attempts.RETRY);
    }
    for (int i = 0; i < CRASHES; i++) {
      simulation.restart(follower);
      boolean _ = simulation.until(() -> simulation.state(follower).filter(state -> state.leaderId().isPresent()).isPresent(), LIMIT);
      simulation.advance(Duration.ofNanos(simulation.world().random().nextLong(A_MOMENT.toNanos())));
      simulation.crash(follower);
    }
    simulation.restart(follower);
    simulation.runUntil(Simulation::converged, LIMIT);
  }

  /**
   * A follower takes appends, but its answers get lost, so that in the end it is sent a snapshot. Its log agrees with that and goes on
   * behind it, and what follows must stay (Figure 13, step 6). For a while nobody answers: the follower must not learn that what it
   * has is committed, or it would need no snapshot.
   */
  private static void overtakenSnapshot(Simulation simulation, RaftProbes raft) {
    PeerId leader = raft.findLeader();
    PeerId follower = raft.after(leader, 1);
    simulation.world().network().cut(simulation.node(follower), simulation.node(leader));
    appendUnanswered(simulation, raft, leader);
    simulation.advance(RaftProbes.ELECTION);
    simulation.heal();
    simulation.runUntil(Simulation::converged, LIMIT);
  }

  /** Appends that both followers get, and for a while neither is heard. */
  private static void appendUnanswered(Simulation simulation, RaftProbes raft, PeerId leader) {
    PeerId third = raft.after(leader, 2);
    simulation.world().network().cut(simulation.node(third), simulation.node(leader));
    for (int i = 0; i < SHORTER_BURST; i++) {
      CompletionStage<Reply> _ = simulation.submit(leader, raft.newCommand().getBytes(StandardCharsets.UTF_8));
      simulation.advance(ONE_BY_ONE);
    }
    simulation.world().network().mend(simulation.node(third), simulation.node(leader));
  }

  /**
   * The same, but the answers are only late: they arrive when a snapshot is on its way or being stored, and the leader, who is asked to
   * read and so asks around, tells the follower that it has all that the snapshot covers, and more. Then it must not be installed.
   */
  private static void snapshotNoLongerNeeded(Simulation simulation, RaftProbes raft) {
    for (int round = 0; round < ROUNDS; round++) {
      PeerId leader = raft.findLeader();
      Node follower = simulation.node(raft.after(leader, 1));
      simulation.world().network().become(follower, simulation.node(leader), LATE_ANSWERS);
      appendUnanswered(simulation, raft, leader);
      simulation.advance(SOON_LATE);
      for (int i = 0; i < READS_MEANWHILE; i++) {
        CompletionStage<Reply> _ = simulation.read(leader);
        simulation.advance(ONE_BY_ONE.multipliedBy(5));
      }
      simulation.world().network().become(follower, simulation.node(leader), LinkConditions.RELIABLE);
      simulation.runUntil(Simulation::converged, LIMIT);
    }
  }

  /** A leader that is cut off appends what nobody else has; what the others commit meanwhile comes as a snapshot that contradicts it. */
  private static void conflictingTail(Simulation simulation, RaftProbes raft) {
    PeerId former = raft.findLeader();
    simulation.disconnect(former);
    for (int i = 0; i < LONGER_BURST; i++) {
      CompletionStage<Reply> _ = simulation.submit(former, raft.newCommand().getBytes(StandardCharsets.UTF_8));
    }
    for (int i = 0; i < BURST; i++) {
      long _ = raft.agree(raft.newCommand(), 2, RaftProbes.Attempts.RETRY);
    }
    simulation.reconnect(former);
    simulation.runUntil(Simulation::converged, LIMIT);
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
    Together writers = new Together(group);
    for (int i = 0; i < WRITERS; i++) {
      String key = "k" + i;
      writers.go(key, () -> {
        for (int n = 1; n <= WRITES; n++) {
          KvStory.expect(new Outcome.Written(n), client.append(key, n + ","));
        }
      });
    }
    writers.join(RaftProbes.ELECTION.multipliedBy(10));
  }

  /**
   * A leader becomes the only member while it asks around for its readers: nobody else's answer can tell any more that they may be
   * served. They waited for ever, in a run of the swarm (seed 12), and all who came after them.
   */
  private static void readsWhileTheGroupShrinks(Simulation simulation, RaftProbes raft) {
    PeerId leader = raft.findLeader();
    CompletionStage<?> _ = simulation.changeMembership(leader, List.of(leader), List.of());
    for (int i = 0; i < READS; i++) {
      CompletionStage<Reply> _ = simulation.read(leader);
      simulation.advance(ONE_BY_ONE);
    }
    simulation.runUntil(Simulation::converged, LIMIT);
    simulation.expectService(LIMIT);
  }

  /** A leader that was to hand over to a server that is dead leads on, and takes commands as before (thesis §3.10). */
  private static void transferToTheDead(Simulation simulation, RaftProbes raft) {
    PeerId leader = raft.findLeader();
    PeerId dead = raft.after(leader, 1);
    simulation.crash(dead);
    CompletionStage<?> _ = simulation.transferLeadership(leader, dead);
    simulation.advance(RaftProbes.ELECTION);
    simulation.expectService(LIMIT);
  }
}
