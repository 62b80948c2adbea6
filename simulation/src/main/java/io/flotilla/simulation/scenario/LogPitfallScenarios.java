package io.flotilla.simulation.scenario;

import static io.flotilla.simulation.LawBroken.require;

import io.flotilla.raft.PeerId;
import io.flotilla.raft.RaftState;
import io.flotilla.raft.Role;
import io.flotilla.simulation.Simulation;
import io.flotilla.simulation.world.LinkConditions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Runs that chance finds seldom, told step by step: how followers that are behind, or at odds, come to their leader's log. */
final class LogPitfallScenarios {
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final Duration A_MOMENT = Duration.ofMillis(30);
  private static final String SMALL_APPENDS = "flotilla.raft.max-append-size = 1 KiB";
  private static final int LONGEST_USUAL = 400;
  private static final int OVERSIZED = 2000;
  private static final int OVERSIZED_EVERY = 10;
  private static final int COMMANDS = 40;
  private static final String EVERY_TEN = """
      flotilla.raft.snapshot-after-entries = 10
      flotilla.raft.retain-entries = 0
      """;
  private static final String SMALL_CHUNKS = "flotilla.raft.snapshot-chunk-size = 1024";
  private static final int BURST = 36;
  private static final int TAIL = 5;

  private LogPitfallScenarios() {}

  static List<Scenario> all() {
    return List.of(
        RaftStory.of("PF29", "SmallAppends", 3, LinkConditions.RELIABLE, SMALL_APPENDS, LogPitfallScenarios::smallAppends),
        RaftStory.of("PF32", "SnapshotPassedOn", 5, LinkConditions.RELIABLE, EVERY_TEN + SMALL_CHUNKS,
            LogPitfallScenarios::snapshotPassedOn),
        RaftStory.of("PF33", "ChangeCutOff", 3, LinkConditions.RELIABLE, EVERY_TEN, LogPitfallScenarios::changeCutOff));
  }

  /**
   * A follower that was away gets many entries at a time, but of no more than so many bytes together: a message that is too large is one
   * that its transport drops. An entry that is larger by itself still gets through.
   */
  private static void smallAppends(Simulation simulation, RaftProbes raft) {
    PeerId leader = raft.findLeader();
    PeerId follower = raft.after(leader, 1);
    simulation.crash(follower);
    for (int i = 1; i <= COMMANDS; i++) {
      int length = i % OVERSIZED_EVERY == 0 ? OVERSIZED : simulation.world().random().nextInt(LONGEST_USUAL);
      long _ = raft.agree(raft.newCommand() + " ".repeat(length), 2, RaftProbes.Attempts.RETRY);
    }
    simulation.restart(follower);
    simulation.runUntil(Simulation::converged, LIMIT);
  }

  /**
   * Two were away for long. One of them has a part of a snapshot from one leader, who dies, and gets the next one's from its beginning:
   * they may differ byte for byte, though they stand for the same. Soon it leads itself, and has no other snapshot to send to the second.
   * It may have been started again before that.
   */
  private static void snapshotPassedOn(Simulation simulation, RaftProbes raft) {
    PeerId former = raft.findLeader();
    PeerId first = raft.after(former, 1);
    PeerId second = raft.after(former, 2);
    simulation.crash(first);
    simulation.crash(second);
    for (int i = 0; i < BURST; i++) {
      long _ = raft.agree(raft.newCommand() + " ".repeat(LONGEST_USUAL), 3, RaftProbes.Attempts.RETRY);
    }
    simulation.restart(first);
    RaftProbes.await(simulation, first, "be sent a snapshot", LogPitfallScenarios::hasPart);
    simulation.crash(former);
    List<PeerId> others = List.of(raft.after(former, 3), raft.after(former, 4));
    awaitLeader(simulation, others);
    PeerId leader = simulation.leader().orElseThrow();
    awaitCaughtUp(simulation, first, leader);
    if (simulation.world().random().nextBoolean()) {
      simulation.crash(first);
      simulation.restart(first);
      simulation.advance(A_MOMENT);
      awaitCaughtUp(simulation, first, leader);
    }
    handOver(simulation, leader, first);
    simulation.heal();
    simulation.runUntil(Simulation::converged, LIMIT);
  }

  private static boolean hasPart(RaftState state) {
    return state.role() instanceof Role.Follower follower && follower.incoming().filter(incoming -> incoming.nextOffset() > 0).isPresent();
  }

  private static void awaitCaughtUp(Simulation simulation, PeerId peer, PeerId leader) {
    RaftProbes.await(simulation, peer, "catch up", state -> state.log().baseIndex() > 0
        && state.lastApplied() == simulation.state(leader).orElseThrow().log().lastIndex());
  }

  /**
   * A leader that nobody hears enters a change of membership and commands behind it, all of its snapshot's term; by the time it is heard
   * again, the others are two leaders further. 1. It refuses what conflicts, and names the first entry of that term which it has, not one
   * that is in its snapshot (§5.3): else its leader goes back past where the logs meet, and sends a whole snapshot in place of two entries.
   * 2. What it had is cut off, and it is in the membership that it had before (§6: the latest in its log). If not, it would, once it leads
   * again, end the change that nobody ever agreed to, and lead a group of its own beside the others'.
   */
  private static void changeCutOff(Simulation simulation, RaftProbes raft) {
    PeerId former = raft.findLeader();
    List<PeerId> others = List.of(raft.after(former, 1), raft.after(former, 2));
    for (int i = 0; i < BURST; i++) {
      long _ = raft.agree(raft.newCommand(), 3, RaftProbes.Attempts.RETRY);
    }
    simulation.runUntil(Simulation::converged, LIMIT);
    Sides.split(simulation, List.of(former), others);
    enterInVain(simulation, raft, former);
    awaitLeader(simulation, others);
    PeerId second = simulation.leader().orElseThrow();
    PeerId third = others.getFirst().equals(second) ? others.getLast() : others.getFirst();
    handOver(simulation, second, third);
    simulation.heal();
    simulation.runUntil(Simulation::converged, LIMIT);
    handOver(simulation, third, former);
    simulation.advance(RaftProbes.ELECTION);
    long _ = raft.agree(raft.newCommand(), 3, RaftProbes.Attempts.RETRY);
    simulation.runUntil(Simulation::converged, LIMIT);
  }

  private static void enterInVain(Simulation simulation, RaftProbes raft, PeerId alone) {
    CompletionStage<?> _ = simulation.client().changeMembership(alone, List.of(alone), List.of());
    RaftProbes.await(simulation, alone, "enter C_old,new", state -> state.membership().isJoint());
    for (int i = 0; i < TAIL; i++) {
      CompletionStage<?> _ = simulation.client().submit(alone, raft.newCommand().getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void handOver(Simulation simulation, PeerId leader, PeerId successor) {
    RaftProbes.await(simulation, successor, "follow", state -> state.leaderId().filter(leader::equals).isPresent());
    CompletionStage<?> _ = simulation.client().transferLeadership(leader, successor);
    awaitLeader(simulation, List.of(successor));
  }

  private static void awaitLeader(Simulation simulation, Collection<PeerId> among) {
    require(simulation.until(() -> simulation.leader().filter(among::contains).isPresent(), LIMIT), "Progress", "none of %s leads%n%s",
        among, simulation.describe());
  }
}
