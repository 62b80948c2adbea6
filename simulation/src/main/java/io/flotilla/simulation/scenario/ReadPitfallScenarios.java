package io.flotilla.simulation.scenario;

import static io.flotilla.simulation.LawBroken.require;

import io.flotilla.kv.Key;
import io.flotilla.kv.KvReply;
import io.flotilla.kv.KvRequest;
import io.flotilla.raft.Membership;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.actor.RaftClientProtocol.Reply;
import io.flotilla.simulation.Simulation;
import io.flotilla.simulation.kv.KvSimulation;
import io.flotilla.simulation.linearizability.Call;
import io.flotilla.simulation.linearizability.Outcome;
import io.flotilla.simulation.world.Delay;
import io.flotilla.simulation.world.LinkConditions;
import io.flotilla.simulation.world.Network;
import io.flotilla.simulation.world.World;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Runs that chance finds seldom, told step by step: who may answer a reader, and who must. */
final class ReadPitfallScenarios {
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final Duration A_MOMENT = Duration.ofMillis(30);

  /** Of each clock, so that two of them differ by no more than what leases allow for. */
  private static final double DRIFT = 0.1;
  private static final Duration READ_EVERY = Duration.ofMillis(4);
  private static final int READS = 250;
  private static final Duration LOOK_EVERY = Duration.ofMillis(10);
  private static final int LOOKS = 100;
  private static final int LEASE_WRITES = 20;
  private static final Duration IMPATIENCE = Duration.ofMillis(200);   // of a reader whom nobody may serve
  private static final Duration ONE_BY_ONE = Duration.ofNanos(200_000);   // longer than messages take: they arrive in order
  private static final LinkConditions SLOW = new LinkConditions(Delay.millis(2, 5), Delay.millis(2, 5), 0, 0, 0, 0);
  private static final int ROUNDS = 60;   // more than the next term has begun when their answers arrive
  private static final LinkConditions LATE_QUESTIONS = new LinkConditions(Delay.millis(400, 700), Delay.micros(50, 150), 0, 0, 0, 0);
  private static final LinkConditions LATE_ANSWERS = new LinkConditions(Delay.micros(50, 150), Delay.millis(200, 300), 0, 0, 0, 0);
  private static final LinkConditions NO_MORE_QUESTIONS = new LinkConditions(Delay.micros(50, 150), Delay.micros(50, 150), 1, 0, 0, 0);

  private ReadPitfallScenarios() {}

  static List<Scenario> all() {
    return List.of(
        new Scenario("PF2", "LeaseAfterTransfer", ReadPitfallScenarios::leaseAfterTransfer),
        new Scenario("PF3", "DeposedLeaderReads", world -> deposedLeaderReads(world, 0)),
        new Scenario("PF4", "DeposedLeaderReadsByASlowClock", world -> deposedLeaderReads(world, DRIFT)),
        RaftStory.of("PF12", "ReadsWhileTheGroupShrinks", 3, SLOW, "", ReadPitfallScenarios::readsWhileTheGroupShrinks),
        RaftStory.of("PF14", "RefusalsOfAnEarlierTerm", 3, LinkConditions.RELIABLE, ReadPitfallScenarios::refusalsOfAnEarlierTerm),
        RaftStory.of("PF15", "AloneAfterRestart", 3, LinkConditions.RELIABLE, ReadPitfallScenarios::aloneAfterRestart),
        KvStory.of("PF40", "DeposedLeaderLeases", 3, LinkConditions.RELIABLE, ReadPitfallScenarios::deposedLeaderLeases),
        RaftStory.of("PF41", "StaleReadsTellTheirAge", 3, LinkConditions.RELIABLE, "flotilla.raft.snapshot-after-entries = 10",
            ReadPitfallScenarios::staleReadsTellTheirAge));
  }

  /** A leader that told another to campaign may be deposed before its lease ends, and not hear of it (thesis §6.4.1). */
  private static void leaseAfterTransfer(World world) {
    Simulation simulation = Simulation.in(world).peers(3).start();
    RaftProbes raft = new RaftProbes(simulation);
    PeerId former = raft.findLeader();
    PeerId target = raft.after(former, 1);
    PeerId third = raft.after(former, 2);
    world.network().cut(simulation.node(third), simulation.node(former));    // it hears nothing of the election
    CompletionStage<?> _ = simulation.client().transferLeadership(former, target);
    boolean _ = simulation.until(() -> simulation.term(target) > simulation.term(former), LIMIT);
    world.network().cut(simulation.node(target), simulation.node(former));
    require(simulation.until(() -> simulation.watch().leads(target), LIMIT), "Progress", "%s does not take over", target);
    CompletionStage<Reply> written = simulation.client().propose(target, "new".getBytes(StandardCharsets.UTF_8));
    boolean _ = simulation.until(() -> written.toCompletableFuture().isDone(), Duration.ofMillis(100));
    // The law of linearizable reads looks at its answer, if one comes.
    CompletionStage<Reply> read = simulation.client().leaseRead(former);
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
    readThereWriteElsewhere(simulation, raft, former);
    simulation.heal();
    simulation.runUntil(Simulation::converged, LIMIT);
  }

  /** Clients ask one server to read, and whoever else leads to write, for a second; the laws of reads look at all answers. */
  private static void readThereWriteElsewhere(Simulation simulation, RaftProbes raft, PeerId former) {
    for (int i = 0; i < READS; i++) {
      byte[] command = raft.newCommand().getBytes(StandardCharsets.UTF_8);
      simulation.leaders().stream().filter(peer -> !peer.equals(former)).forEach(peer -> simulation.client().propose(peer, command));
      CompletionStage<Reply> _ = simulation.client().leaseRead(former);
      CompletionStage<Reply> _ = simulation.client().read(former);
      simulation.advance(READ_EVERY);
    }
  }

  /**
   * A leader becomes the only member while it asks around for its readers: nobody else's answer can tell any more that they may be
   * served. They waited for ever, in a run of the swarm (seed 12), and all who came after them.
   */
  private static void readsWhileTheGroupShrinks(Simulation simulation, RaftProbes raft) {
    PeerId leader = raft.findLeader();
    CompletionStage<?> _ = simulation.client().changeMembership(leader, List.of(leader), List.of());
    for (int i = 0; i < READS; i++) {
      CompletionStage<Reply> _ = simulation.client().read(leader);
      simulation.advance(ONE_BY_ONE);
    }
    simulation.runUntil(Simulation::converged, LIMIT);
    simulation.expectService(LIMIT);
  }

  /**
   * Who refuses an earlier term's append says so in the term of now, and confirms nothing in it. 1. A server leads, and its questions to
   * another take long. 2. A third one leads, then the first again, who counts its rounds anew. 3. The other one, who follows it, refuses
   * the old questions, and its answers take long as well. 4. The leader is cut off, and the two elect another. 5. The answers arrive, with
   * the numbers of rounds that were more than there are by now.
   */
  private static void refusalsOfAnEarlierTerm(Simulation simulation, RaftProbes raft) {
    PeerId leader = raft.findLeader();
    PeerId other = raft.after(leader, 1);
    PeerId third = raft.after(leader, 2);
    Network network = simulation.world().network();
    network.become(simulation.node(leader), simulation.node(other), LATE_QUESTIONS);
    for (int i = 0; i < ROUNDS; i++) {
      CompletionStage<Reply> _ = simulation.client().read(leader);
      simulation.advance(ONE_BY_ONE.multipliedBy(5));
    }
    network.become(simulation.node(leader), simulation.node(other), LinkConditions.RELIABLE);
    handOver(simulation, leader, third);
    handOver(simulation, third, leader);
    require(simulation.until(() -> simulation.term(other) == simulation.term(leader), LIMIT), "Progress", "%s does not follow", other);
    simulation.advance(A_MOMENT);
    network.become(simulation.node(other), simulation.node(leader), LATE_ANSWERS);
    network.become(simulation.node(leader), simulation.node(other), NO_MORE_QUESTIONS);   // unlike a cut: the old ones do arrive
    network.cut(simulation.node(leader), simulation.node(third));
    network.cut(simulation.node(third), simulation.node(leader));
    readThereWriteElsewhere(simulation, raft, leader);
    network.become(simulation.node(other), simulation.node(leader), LinkConditions.RELIABLE);
    network.become(simulation.node(leader), simulation.node(other), LinkConditions.RELIABLE);
    simulation.heal();
    simulation.runUntil(Simulation::converged, LIMIT);
  }

  private static void handOver(Simulation simulation, PeerId leader, PeerId successor) {
    CompletionStage<?> _ = simulation.client().transferLeadership(leader, successor);
    require(simulation.until(() -> simulation.watch().leads(successor), LIMIT), "Progress", "%s does not take over", successor);
  }

  /**
   * A server that C_new leaves alone crashes when C_new is on its disk, and comes back before anybody knows that C_new is committed. It
   * must not lead at once, as one that has always been alone would: C_new's author, not in it itself, leads until it is committed,
   * and serves readers by a lease that rests on the server's promise to wait (thesis §6.4.1).
   */
  private static void aloneAfterRestart(Simulation simulation, RaftProbes raft) {
    PeerId leader = raft.findLeader();
    PeerId alone = raft.after(leader, 1);
    Membership next = Membership.ofVoters(List.of(alone));
    CompletionStage<?> _ = simulation.client().changeMembership(leader, next.voters(), next.learners());
    raft.awaitEntered(leader, next);
    simulation.world().network().cut(simulation.node(alone), simulation.node(leader));
    raft.awaitEntered(alone, next);
    simulation.advance(A_MOMENT);   // by now it is on the disk
    simulation.crash(alone);
    simulation.restart(alone);
    readThereWriteElsewhere(simulation, raft, leader);
    simulation.heal();
    simulation.runUntil(Simulation::converged, LIMIT);
  }

  /**
   * The same at the store: one client reads by the lease of a leader that is cut off from its group, and reaches nobody else, while another
   * writes by way of its successor. The router has to ask for such a read by its name: a leader that was deposed answers one that may be
   * stale, and is to answer it, for whoever reaches nobody else.
   */
  private static void deposedLeaderLeases(KvSimulation store) {
    KvStory.warmUp(store);
    Simulation group = store.group();
    PeerId former = group.leader().orElseThrow();
    List<PeerId> others = group.peers().stream().filter(peer -> !peer.equals(former)).toList();
    KvSimulation.Client reader = store.newClient(IMPATIENCE);
    KvSimulation.Client writer = store.newClient();
    KvStory.expect(new Outcome.Written(1), reader.put("k", "0"));
    Sides.split(group, List.of(former), others);
    Sides.keepFrom(group, reader, others);
    Sides.keepFrom(group, writer, List.of(former));
    Together both = new Together(group);
    both.go("writer", () -> {
      for (int i = 1; i <= LEASE_WRITES; i++) {
        KvStory.expect(new Outcome.Written(i + 1), writer.insist("k", new Call.Put(Integer.toString(i))));
      }
    });
    both.go("reader", () -> {
      while (both.underWay() > 1) {
        Outcome _ = reader.leaseGet("k");
        group.advance(READ_EVERY);
      }
    });
    both.join(LIMIT);
    require(group.until(() -> !group.watch().leads(former), LIMIT), "Progress", "%s does not step down", former);
    KvSimulation.Client undemanding = store.newClient();
    Sides.keepFrom(group, undemanding, others);
    KvReply reply = group.await(undemanding.kv().execute(new KvRequest.Get(Key.of("k"), KvRequest.Consistency.STALE)));
    require(reply instanceof KvReply.Found, "Contract", "a read that may be stale was answered %s", reply);
  }

  /**
   * All replicas are asked to show what they have, whatever they know: while they follow, cut off from their leader, and after a start at
   * which they hear nobody. What they show is their own state, and how old it may be is for its reader to decide, who needs to be told.
   */
  private static void staleReadsTellTheirAge(Simulation simulation, RaftProbes raft) {
    PeerId leader = raft.findLeader();
    PeerId follower = raft.after(leader, 1);
    lookEverywhere(simulation, raft);
    simulation.disconnect(follower);
    lookEverywhere(simulation, raft);
    simulation.crash(follower);
    simulation.restart(follower);
    lookEverywhere(simulation, raft);
    simulation.reconnect(follower);
    simulation.disconnect(leader);
    lookEverywhere(simulation, raft);
    simulation.heal();
    lookEverywhere(simulation, raft);
    simulation.runUntil(Simulation::converged, LIMIT);
    simulation.expectService(LIMIT);
  }

  /** For a second; the law of honest stale reads looks at all answers. */
  private static void lookEverywhere(Simulation simulation, RaftProbes raft) {
    for (int i = 0; i < LOOKS; i++) {
      simulation.leader().ifPresent(peer -> simulation.client().propose(peer, raft.newCommand().getBytes(StandardCharsets.UTF_8)));
      simulation.peers().forEach(peer -> simulation.client().staleRead(peer));
      simulation.advance(LOOK_EVERY);
    }
  }
}
