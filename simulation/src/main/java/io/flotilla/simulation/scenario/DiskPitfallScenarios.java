package io.flotilla.simulation.scenario;

import static io.flotilla.simulation.LawBroken.require;

import io.flotilla.raft.PeerId;
import io.flotilla.raft.Role;
import io.flotilla.simulation.Simulation;
import io.flotilla.simulation.world.Delay;
import io.flotilla.simulation.world.DiskConditions;
import io.flotilla.simulation.world.LinkConditions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Runs that chance finds seldom, told step by step: what a disk is asked to keep while it is slow, full, or about to lose its power. */
final class DiskPitfallScenarios {
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final Duration A_MOMENT = Duration.ofMillis(1);
  private static final int TEN = 10;
  private static final String EVERY_TEN = """
      flotilla.raft.snapshot-after-entries = %d
      flotilla.raft.retain-entries = 0
      """.formatted(TEN);
  private static final String FOUR_AT_A_TIME = "flotilla.raft.max-append-entries = 4";   // so some are committed before others
  private static final String TO_ALL_AT_ONCE = "flotilla.raft.thrifty-entries = 1";   // so each follower has it before the commitment
  private static final int BURST = 36;
  private static final int SHORTER_BURST = 18;   // less than two snapshots' worth: the one that is taken does not cover all
  private static final Duration ONE_BY_ONE = Duration.ofNanos(200_000);   // longer than messages take: they arrive in order
  private static final Duration TWO_HEARTBEATS = Duration.ofMillis(100);
  private static final Duration UNTIL_TRIED_AGAIN = Duration.ofSeconds(11);
  private static final DiskConditions VERY_SLOW = new DiskConditions(Delay.millis(1000, 1500), Delay.micros(20, 100), false);
  private static final Duration UNTIL_WRITTEN = Duration.ofSeconds(10);   // what waits while one is written goes as the next, or after a snapshot

  private DiskPitfallScenarios() {}

  static List<Scenario> all() {
    return List.of(
        RaftStory.of("PF28", "VoteBeforeTheSnapshot", 3, LinkConditions.RELIABLE, EVERY_TEN, DiskPitfallScenarios::voteBeforeTheSnapshot),
        RaftStory.of("PF30", "NoRoomForASnapshot", 3, LinkConditions.RELIABLE, EVERY_TEN + TO_ALL_AT_ONCE,
            DiskPitfallScenarios::noRoomForASnapshot),
        RaftStory.of("PF31", "InstallWhileSaving", 3, LinkConditions.RELIABLE, EVERY_TEN + TO_ALL_AT_ONCE,
            DiskPitfallScenarios::installWhileSaving),
        RaftStory.of("PF34", "HeldButNotDurable", 3, LinkConditions.RELIABLE, EVERY_TEN + FOUR_AT_A_TIME,
            DiskPitfallScenarios::heldButNotDurable),
        RaftStory.of("PF35", "OutlivedPromises", 3, LinkConditions.RELIABLE, DiskPitfallScenarios::outlivedPromises),
        RaftStory.of("PF50", "CutOffWhileWaiting", 5, LinkConditions.RELIABLE, (simulation, raft) -> cutOff(simulation, raft, 1)),
        RaftStory.of("PF51", "CutOffWhileBeingWritten", 5, LinkConditions.RELIABLE, (simulation, raft) -> cutOff(simulation, raft, 0)));
  }

  /**
   * A follower votes in a new term, and is then sent a snapshot whose last entry is of the old one. It crashes when that is on its disk:
   * the vote is in the journal before the snapshot, so the snapshot alone can tell of it. Who comes back in the old term may vote twice in
   * the new one. Anything else written in that term would hide it, so the crash must come before the next append.
   */
  private static void voteBeforeTheSnapshot(Simulation simulation, RaftProbes raft) {
    PeerId former = raft.findLeader();
    PeerId voter = raft.after(former, 1);
    PeerId leader = raft.after(former, 2);
    simulation.disconnect(voter);
    for (int i = 0; i < BURST; i++) {
      long _ = raft.agree(raft.newCommand(), 2, RaftProbes.Attempts.RETRY);
    }
    simulation.crash(former);
    simulation.reconnect(voter);
    RaftProbes.await(simulation, leader, "lead", state -> state.role() instanceof Role.Leader);
    require(simulation.until(() -> simulation.snapshotBytes(voter) > 0, LIMIT), "Progress", "%s is sent no snapshot", voter);
    simulation.crash(voter);
    simulation.disconnect(leader);
    simulation.restart(voter);
    simulation.restart(former);   // asks for the vote that was given
    simulation.advance(LIMIT);
    simulation.heal();
    simulation.runUntil(Simulation::converged, LIMIT);
  }

  /**
   * A disk has no room just when a snapshot is due and nothing else is to be written. That is nothing to die of, but the snapshot must be
   * tried again later, be it that nothing is written until then, and others must follow it, or the log grows for ever.
   */
  private static void noRoomForASnapshot(Simulation simulation, RaftProbes raft) {
    PeerId leader = raft.findLeader();
    PeerId follower = raft.after(leader, 1);
    fillUpToASnapshot(simulation, raft, leader, follower);
    simulation.node(follower).disk().become(DiskConditions.FAST.becomeFull());
    RaftProbes.await(simulation, follower, "apply what is committed", state -> state.lastApplied() == TEN);
    simulation.advance(TWO_HEARTBEATS);
    require(simulation.isUp(follower) && simulation.snapshotBytes(follower) == 0, "Snapshots", "%s found room for one", follower);
    simulation.heal();
    simulation.advance(UNTIL_TRIED_AGAIN);
    RaftProbes.await(simulation, follower, "compact its log", state -> state.log().baseIndex() >= TEN);
    for (int i = 0; i < BURST; i++) {
      long _ = raft.agree(raft.newCommand(), 3, RaftProbes.Attempts.RETRY);
    }
    RaftProbes.await(simulation, follower, "compact its log again", state -> state.log().baseIndex() > TEN + BURST / 2);
    simulation.runUntil(Simulation::converged, LIMIT);
  }

  /** So many entries that a snapshot is due, on the follower's disk; that the last of them is committed it will hear next. */
  private static void fillUpToASnapshot(Simulation simulation, RaftProbes raft, PeerId leader, PeerId follower) {
    for (long last = lastIndex(simulation, leader); last < TEN - 1; last++) {
      long _ = raft.agree(raft.newCommand(), 3, RaftProbes.Attempts.RETRY);
    }
    submit(simulation, raft, leader, 1);
    RaftProbes.await(simulation, follower, "hold what is not known to be committed", state -> state.log().lastIndex() == TEN
        && state.writes().pending().isEmpty() && state.commitIndex() < TEN);
  }

  /**
   * A follower saves a snapshot of its own, for which its disk takes long, and falls so far behind meanwhile that its leader sends
   * another. That one waits until the first is saved, and is installed then.
   */
  private static void installWhileSaving(Simulation simulation, RaftProbes raft) {
    PeerId leader = raft.findLeader();
    PeerId follower = raft.after(leader, 1);
    fillUpToASnapshot(simulation, raft, leader, follower);
    simulation.node(follower).disk().become(VERY_SLOW);
    RaftProbes.await(simulation, follower, "apply what is committed", state -> state.lastApplied() == TEN);
    simulation.advance(A_MOMENT);
    simulation.disconnect(follower);
    submit(simulation, raft, leader, BURST);
    RaftProbes.await(simulation, leader, "compact its log", state -> state.log().baseIndex() > TEN);
    simulation.reconnect(follower);
    RaftProbes.await(simulation, follower, "install a snapshot",
        state -> state.role() instanceof Role.Follower role && role.incoming().filter(Role.IncomingSnapshot::installing).isPresent());
    require(simulation.snapshotBytes(follower) == 0, "Snapshots", "%s has saved its own already", follower);
    simulation.heal();
    simulation.runUntil(Simulation::converged, LIMIT);
  }

  /**
   * A follower knows of entries that they are committed before its own disk holds them, and its answers get lost; so it is sent a snapshot
   * that it does not need. It must say so, or its leader goes on for ever; but it says no more than what a crash would leave, or the leader
   * would never again send what the crash took.
   */
  private static void heldButNotDurable(Simulation simulation, RaftProbes raft) {
    PeerId leader = raft.findLeader();
    PeerId follower = raft.after(leader, 1);
    simulation.runUntil(Simulation::converged, LIMIT);
    simulation.node(follower).disk().become(VERY_SLOW);
    simulation.world().network().cut(simulation.node(follower), simulation.node(leader));
    submit(simulation, raft, leader, SHORTER_BURST);
    simulation.advance(UNTIL_WRITTEN);
    simulation.heal();
    simulation.runUntil(Simulation::converged, LIMIT);
  }

  /**
   * What a follower promised to acknowledge waits for its disk while its leader is heard no more, and another term begins, by a candidate's
   * wish or its own. Then the promise is void (§5.1): nothing is said any more in a term that has passed. The leader still hears the
   * others, whose logs are as long as its own; as long as it believes to lead it must not help them to another.
   */
  private static void outlivedPromises(Simulation simulation, RaftProbes raft) {
    PeerId leader = raft.findLeader();
    PeerId follower = raft.after(leader, 1);
    simulation.runUntil(Simulation::converged, LIMIT);
    simulation.node(follower).disk().become(VERY_SLOW);
    submit(simulation, raft, leader, 1);
    RaftProbes.await(simulation, follower, "take an entry", state -> !state.writes().pending().isEmpty());
    simulation.advance(A_MOMENT);
    simulation.peers().stream().filter(peer -> !peer.equals(leader))
        .forEach(peer -> simulation.world().network().cut(simulation.node(leader), simulation.node(peer)));
    simulation.advance(UNTIL_WRITTEN);
    simulation.heal();
    simulation.runUntil(Simulation::converged, LIMIT);
  }

  /**
   * A follower's disk is slow: two entries wait to be written when a new leader, which has not heard of them, has them cut off. What waits
   * is written as one, without them. If the first of them is being written by then, what takes its place is not durable with it.
   *
   * @param kept as many entries go before them, and stay
   */
  private static void cutOff(Simulation simulation, RaftProbes raft, int kept) {
    PeerId leader = raft.findLeader();
    PeerId follower = raft.after(leader, 1);
    simulation.runUntil(Simulation::converged, LIMIT);
    simulation.node(follower).disk().become(VERY_SLOW);
    submit(simulation, raft, leader, kept);
    simulation.advance(A_MOMENT);
    List<PeerId> others = simulation.peers().stream().filter(peer -> !peer.equals(leader) && !peer.equals(follower)).toList();
    for (PeerId cutOff : List.of(leader, follower)) {
      others.forEach(other -> {
        simulation.world().network().cut(simulation.node(cutOff), simulation.node(other));
        simulation.world().network().cut(simulation.node(other), simulation.node(cutOff));
      });
    }
    submit(simulation, raft, leader, 2);
    require(simulation.until(() -> simulation.leader().filter(others::contains).isPresent(), LIMIT), "Progress", "none of %s leads",
        others);
    simulation.crash(leader);
    simulation.world().network().heal();
    simulation.advance(UNTIL_WRITTEN);
    simulation.crash(follower);
    simulation.heal();
    simulation.runUntil(Simulation::converged, LIMIT);
  }

  private static void submit(Simulation simulation, RaftProbes raft, PeerId leader, int commands) {
    for (int i = 0; i < commands; i++) {
      CompletionStage<?> _ = simulation.client().submit(leader, raft.newCommand().getBytes(StandardCharsets.UTF_8));
      simulation.advance(ONE_BY_ONE);
    }
  }

  private static long lastIndex(Simulation simulation, PeerId peer) {
    return simulation.state(peer).orElseThrow().log().lastIndex();
  }
}
