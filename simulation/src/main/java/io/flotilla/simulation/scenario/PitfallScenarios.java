package io.flotilla.simulation.scenario;

import static io.flotilla.simulation.LawBroken.require;

import io.flotilla.raft.Membership;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.RaftState;
import io.flotilla.raft.Role;
import io.flotilla.raft.actor.RaftClientProtocol.Reply;
import io.flotilla.simulation.Simulation;
import io.flotilla.simulation.world.Delay;
import io.flotilla.simulation.world.DiskConditions;
import io.flotilla.simulation.world.LinkConditions;
import io.flotilla.simulation.world.Network;
import io.flotilla.simulation.world.Node;
import io.flotilla.simulation.world.World;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/** Runs that chance finds seldom, told step by step: what becomes of logs, snapshots and leaders. */
final class PitfallScenarios {
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final Duration A_MOMENT = Duration.ofMillis(30);
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
  private static final int ROUNDS = 10;
  private static final Duration SOON_LATE = Duration.ofMillis(340);   // nearly as long as a leader waits for an answer
  private static final LinkConditions LATE_ANSWERS =
      new LinkConditions(Delay.micros(50, 150), Delay.millis(375, 376), 0, 0, 0, 0);
  private static final int READS_MEANWHILE = 60;
  private static final int CRASHES = 5;
  private static final DiskConditions VERY_SLOW = new DiskConditions(Delay.millis(1000, 1500), Delay.micros(20, 100), false);

  private PitfallScenarios() {}

  static List<Scenario> all() {
    return List.of(
        new Scenario("PF1", "Figure8StepByStep", PitfallScenarios::figure8),
        RaftStory.of("PF6", "InterruptedSnapshot", 3, LinkConditions.RELIABLE, SMALL_CHUNKS, PitfallScenarios::interruptedSnapshot),
        RaftStory.of("PF7", "OvertakenSnapshot", 3, LinkConditions.RELIABLE, EVERY_TEN + FOUR_AT_A_TIME,
            PitfallScenarios::overtakenSnapshot),
        RaftStory.of("PF8", "ConflictingTail", 3, LinkConditions.RELIABLE, EVERY_TEN, PitfallScenarios::conflictingTail),
        RaftStory.of("PF10", "SnapshotNoLongerNeeded", 3, LinkConditions.RELIABLE, EVERY_TEN + FOUR_AT_A_TIME,
            PitfallScenarios::snapshotNoLongerNeeded),
        RaftStory.of("PF13", "TransferToTheDead", 3, LinkConditions.RELIABLE, "", PitfallScenarios::transferToTheDead),
        RaftStory.of("PF17", "LeftOutVoterCampaigns", 3, LinkConditions.RELIABLE, PitfallScenarios::leftOutVoterCampaigns),
        RaftStory.of("PF20", "TimeoutWhileInstalling", 3, LinkConditions.RELIABLE, EVERY_TEN, PitfallScenarios::timeoutWhileInstalling),
        RaftStory.of("PF21", "LeaverHandsOver", 3, LinkConditions.RELIABLE, PitfallScenarios::leaverHandsOver));
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
      CompletionStage<Reply> _ = simulation.client().submit(leader, raft.newCommand().getBytes(StandardCharsets.UTF_8));
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
        CompletionStage<Reply> _ = simulation.client().read(leader);
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
      CompletionStage<Reply> _ = simulation.client().submit(former, raft.newCommand().getBytes(StandardCharsets.UTF_8));
    }
    for (int i = 0; i < BURST; i++) {
      long _ = raft.agree(raft.newCommand(), 2, RaftProbes.Attempts.RETRY);
    }
    simulation.reconnect(former);
    simulation.runUntil(Simulation::converged, LIMIT);
  }

  /** A leader that was to hand over to a server that is dead leads on, and takes commands as before (thesis §3.10). */
  private static void transferToTheDead(Simulation simulation, RaftProbes raft) {
    PeerId leader = raft.findLeader();
    PeerId dead = raft.after(leader, 1);
    simulation.crash(dead);
    CompletionStage<?> _ = simulation.client().transferLeadership(leader, dead);
    simulation.advance(RaftProbes.ELECTION);
    simulation.expectService(LIMIT);
  }

  /**
   * C_new makes learners of all but one voter, and reaches only the learners before its leader dies. Their logs are longer than that of
   * the only voter that there will be, so it cannot win by C_old,new; one of them has to campaign, or nobody ever leads (thesis §4.2.2).
   */
  private static void leftOutVoterCampaigns(Simulation simulation, RaftProbes raft) {
    PeerId leader = raft.findLeader();
    PeerId voter = raft.after(leader, 2);
    dieEntering(onlyVoter(raft, leader), simulation, raft, leader);
    require(simulation.until(() -> simulation.watch().leads(voter) && raft.isIn(voter, onlyVoter(raft, leader)), LIMIT), "Progress",
        "%s does not lead%n%s", voter, simulation.describe());
    simulation.heal();
    simulation.runUntil(Simulation::converged, LIMIT);
  }

  private static Membership onlyVoter(RaftProbes raft, PeerId leader) {
    return Membership.of(List.of(raft.after(leader, 2)), List.of(leader, raft.after(leader, 1)));
  }

  /** The server after the leader gets C_new, the one after that does not, and the leader dies. */
  private static void dieEntering(Membership next, Simulation simulation, RaftProbes raft, PeerId leader) {
    CompletionStage<?> _ = simulation.client().changeMembership(leader, next.voters(), next.learners());
    raft.awaitEntered(leader, next);
    simulation.world().network().cut(simulation.node(leader), simulation.node(raft.after(leader, 2)));
    raft.awaitEntered(raft.after(leader, 1), next);
    simulation.advance(A_MOMENT);
    simulation.crash(leader);
  }

  /**
   * That learner leads for as long as it takes to commit C_new, and is asked to hand over meanwhile. Its successor takes it out of the
   * group before it has spoken to it, so it hears of no leader any more, and does not campaign. Who asked must be told something.
   */
  private static void leaverHandsOver(Simulation simulation, RaftProbes raft) {
    PeerId leader = raft.findLeader();
    PeerId leaver = raft.after(leader, 1);
    PeerId voter = raft.after(leader, 2);
    Network network = simulation.world().network();
    dieEntering(onlyVoter(raft, leader), simulation, raft, leader);
    await(simulation, leaver, "lead", role -> role instanceof Role.Leader);
    network.cut(simulation.node(voter), simulation.node(leaver));
    CompletionStage<?> _ = simulation.client().transferLeadership(leaver, voter);
    await(simulation, leaver, "hand over", role -> role instanceof Role.Leader leading && leading.transfer().isPresent());
    network.mend(simulation.node(voter), simulation.node(leaver));
    await(simulation, leaver, "step down", role -> role instanceof Role.Follower);
    network.cut(simulation.node(voter), simulation.node(leaver));
    await(simulation, voter, "lead", role -> role instanceof Role.Leader);
    CompletionStage<?> _ = simulation.client().changeMembership(voter, List.of(voter), List.of(leader));
    raft.awaitEntered(voter, Membership.of(List.of(voter), List.of(leader)));
    simulation.heal();
    simulation.runUntil(Simulation::converged, LIMIT);
    simulation.expectService(LIMIT);
  }

  private static void await(Simulation simulation, PeerId peer, String what, Predicate<Role> condition) {
    require(simulation.until(() -> simulation.state(peer).map(RaftState::role).filter(condition).isPresent(), LIMIT), "Progress",
        "%s does not %s%n%s", peer, what, simulation.describe());
  }

  /**
   * A follower has got a whole snapshot, and its disk takes long to install it; meanwhile its leader dies. Until its log is replaced it
   * knows neither what it holds nor what it may ask votes for, so it waits.
   */
  private static void timeoutWhileInstalling(Simulation simulation, RaftProbes raft) {
    PeerId leader = raft.findLeader();
    PeerId follower = raft.after(leader, 1);
    simulation.crash(follower);
    for (int i = 0; i < BURST; i++) {
      long _ = raft.agree(raft.newCommand(), 2, RaftProbes.Attempts.RETRY);
    }
    simulation.restart(follower);
    require(simulation.until(() -> isReceiving(simulation.state(follower)), LIMIT), "Progress", "%s is sent no snapshot", follower);
    simulation.node(follower).disk().become(VERY_SLOW);
    boolean _ = simulation.until(() -> simulation.state(follower).filter(PitfallScenarios::isInstalling).isPresent(), LIMIT);
    simulation.crash(leader);
    simulation.advance(LIMIT);
    simulation.heal();
    simulation.runUntil(Simulation::converged, LIMIT);
  }

  private static boolean isReceiving(Optional<RaftState> state) {
    return state.filter(known -> known.role() instanceof Role.Follower follower && follower.incoming().isPresent()).isPresent();
  }

  private static boolean isInstalling(RaftState state) {
    return state.role() instanceof Role.Follower follower && follower.incoming().filter(Role.IncomingSnapshot::installing).isPresent();
  }
}
