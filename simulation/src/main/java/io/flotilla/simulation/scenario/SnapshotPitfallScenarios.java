package io.flotilla.simulation.scenario;

import static io.flotilla.simulation.LawBroken.require;

import io.flotilla.raft.PeerId;
import io.flotilla.raft.RaftState;
import io.flotilla.raft.Role;
import io.flotilla.raft.actor.RaftClientProtocol.Reply;
import io.flotilla.simulation.Simulation;
import io.flotilla.simulation.world.Delay;
import io.flotilla.simulation.world.DiskConditions;
import io.flotilla.simulation.world.LinkConditions;
import io.flotilla.simulation.world.Node;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Runs that chance finds seldom, told step by step: what becomes of logs, and of the snapshots that replace them. */
final class SnapshotPitfallScenarios {
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
  private static final DiskConditions SLOW = new DiskConditions(Delay.millis(20, 40), Delay.micros(20, 100), false);
  private static final DiskConditions FULL = new DiskConditions(DiskConditions.FAST.write(), DiskConditions.FAST.read(), true);

  private SnapshotPitfallScenarios() {}

  static List<Scenario> all() {
    return List.of(
        RaftStory.of("PF6", "InterruptedSnapshot", 3, LinkConditions.RELIABLE, SMALL_CHUNKS,
            SnapshotPitfallScenarios::interruptedSnapshot),
        RaftStory.of("PF7", "OvertakenSnapshot", 3, LinkConditions.RELIABLE, EVERY_TEN + FOUR_AT_A_TIME,
            SnapshotPitfallScenarios::overtakenSnapshot),
        RaftStory.of("PF8", "ConflictingTail", 3, LinkConditions.RELIABLE, EVERY_TEN, SnapshotPitfallScenarios::conflictingTail),
        RaftStory.of("PF10", "SnapshotNoLongerNeeded", 3, LinkConditions.RELIABLE, EVERY_TEN + FOUR_AT_A_TIME,
            SnapshotPitfallScenarios::snapshotNoLongerNeeded),
        RaftStory.of("PF20", "TimeoutWhileInstalling", 3, LinkConditions.RELIABLE, EVERY_TEN,
            SnapshotPitfallScenarios::timeoutWhileInstalling),
        RaftStory.of("PF22", "FullBehindTheSnapshot", 3, LinkConditions.RELIABLE, EVERY_TEN,
            SnapshotPitfallScenarios::fullBehindTheSnapshot),
        RaftStory.of("PF46", "JoinedWritesThenSilence", 3, LinkConditions.RELIABLE, SnapshotPitfallScenarios::joinedWritesThenSilence));
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

  /**
   * A follower has got a whole snapshot, and its disk takes long to install it; meanwhile its leader dies. Until its log is replaced it
   * knows neither what it holds nor what it may ask votes for, so it waits.
   */
  private static void timeoutWhileInstalling(Simulation simulation, RaftProbes raft) {
    PeerId leader = raft.findLeader();
    PeerId follower = raft.after(leader, 1);
    missMuch(simulation, raft, follower);
    require(simulation.until(() -> isReceiving(simulation.state(follower)), LIMIT), "Progress", "%s is sent no snapshot", follower);
    simulation.node(follower).disk().become(VERY_SLOW);
    boolean _ = simulation.until(() -> simulation.state(follower).filter(SnapshotPitfallScenarios::isInstalling).isPresent(), LIMIT);
    simulation.crash(leader);
    simulation.advance(LIMIT);
    simulation.heal();
    simulation.runUntil(Simulation::converged, LIMIT);
  }

  /** The follower is down for so long that it will be sent a snapshot. */
  private static void missMuch(Simulation simulation, RaftProbes raft, PeerId follower) {
    simulation.crash(follower);
    for (int i = 0; i < BURST; i++) {
      long _ = raft.agree(raft.newCommand(), 2, RaftProbes.Attempts.RETRY);
    }
    simulation.restart(follower);
  }

  private static boolean isReceiving(Optional<RaftState> state) {
    return state.filter(known -> known.role() instanceof Role.Follower follower && follower.incoming().isPresent()).isPresent();
  }

  private static boolean isInstalling(RaftState state) {
    return state.role() instanceof Role.Follower follower && follower.incoming().filter(Role.IncomingSnapshot::installing).isPresent();
  }

  /**
   * A follower's disk holds the snapshot that it was sent, and is full before it holds that the log begins behind it: the write fails, and
   * with it the replica. When it starts again the snapshot is all there is, and no event after it.
   */
  private static void fullBehindTheSnapshot(Simulation simulation, RaftProbes raft) {
    PeerId leader = raft.findLeader();
    PeerId follower = raft.after(leader, 1);
    missMuch(simulation, raft, follower);
    require(simulation.until(() -> simulation.snapshotBytes(follower) > 0, LIMIT), "Progress", "%s is sent no snapshot", follower);
    simulation.node(follower).disk().become(FULL);
    simulation.advance(A_MOMENT);
    simulation.heal();
    simulation.runUntil(Simulation::converged, LIMIT);
    require(simulation.state(follower).orElseThrow().log().baseIndex() > 0, "Snapshots", "%s began without its snapshot", follower);
    long _ = raft.agree(raft.newCommand(), 3, RaftProbes.Attempts.RETRY);
  }

  /**
   * Disks are slow, so that a leader joins many writes into one, and no other follows: all of it must be reported durable, or what it ends
   * with waits for ever, since with one of three away the leader's own copy has to count. Where more is asked for, the next report makes up
   * for it.
   */
  private static void joinedWritesThenSilence(Simulation simulation, RaftProbes raft) {
    PeerId leader = raft.findLeader();
    simulation.disconnect(raft.after(leader, 1));
    simulation.peers().forEach(peer -> simulation.node(peer).disk().become(SLOW));
    for (int i = 0; i < BURST; i++) {
      CompletionStage<Reply> _ = simulation.client().submit(leader, raft.newCommand().getBytes(StandardCharsets.UTF_8));
      simulation.advance(ONE_BY_ONE);
    }
    RaftProbes.await(simulation, leader, "apply all that it has", state -> state.lastApplied() == state.log().lastIndex());
    simulation.heal();
    simulation.runUntil(Simulation::converged, LIMIT);
    simulation.expectService(LIMIT);
  }
}
