package io.flotilla.simulation.scenario;

import static io.flotilla.simulation.LawBroken.require;
import static io.flotilla.simulation.scenario.RaftProbes.Attempts.RETRY;

import io.flotilla.raft.PeerId;
import io.flotilla.simulation.Simulation;
import io.flotilla.simulation.raft.GroupWatch.Accepted;
import io.flotilla.simulation.world.LinkConditions;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * RS: logs that are cut off behind snapshots (lab 3D). Snapshots are taken every ten entries, as there, and no entry before one is
 * kept, so that whoever lags has to get the snapshot.
 */
final class RaftSnapshotScenarios {
  private static final String EVERY_TEN = """
      flotilla.raft.snapshot-after-entries = 10
      flotilla.raft.retain-entries = 0
      """;
  private static final int ROUNDS = 30;
  private static final int CRASH_ROUNDS = 5;
  /**
   * The suites allow 2000 bytes for some thirty entries: what two cadences of ten and one burst leave. An entry takes half as much in
   * our journal, so half is allowed here; a log that is never cut off has four times that in the end. What little a snapshot's header
   * carries of the log is not counted.
   */
  private static final long LOG_BYTES = 1000;

  /** What happens to the victim of each round. */
  private enum Fault {
    NONE, DISCONNECT, CRASH
  }

  private RaftSnapshotScenarios() {}

  static List<Scenario> all() {
    return List.of(
        of("RS1", "SnapshotBasic", LinkConditions.RELIABLE, Fault.NONE),
        of("RS2", "SnapshotInstall", LinkConditions.RELIABLE, Fault.DISCONNECT),
        of("RS3", "SnapshotInstallUnreliable", LinkConditions.UNRELIABLE, Fault.DISCONNECT),
        of("RS4", "SnapshotInstallCrash", LinkConditions.RELIABLE, Fault.CRASH),
        of("RS5", "SnapshotInstallUnCrash", LinkConditions.UNRELIABLE, Fault.CRASH),
        RaftStory.of("RS6", "SnapshotAllCrash", 3, LinkConditions.UNRELIABLE, EVERY_TEN, RaftSnapshotScenarios::allCrash),
        RaftStory.of("RS7", "SnapshotInit", 3, LinkConditions.UNRELIABLE, EVERY_TEN, RaftSnapshotScenarios::init));
  }

  private static Scenario of(String id, String title, LinkConditions network, Fault fault) {
    return RaftStory.of(id, title, 3, network, EVERY_TEN, (simulation, raft) -> snapshots(simulation, raft, fault));
  }

  private static void snapshots(Simulation simulation, RaftProbes raft, Fault fault) {
    RandomGenerator random = simulation.world().random();
    long _ = raft.agree(raft.newCommand(), 3, RETRY);
    PeerId leader = raft.findLeader();
    for (int round = 0; round < ROUNDS; round++) {
      PeerId victim = raft.after(leader, round % 3 == 1 ? 0 : 1);
      PeerId sender = raft.after(leader, round % 3 == 1 ? 1 : 0);
      strike(simulation, victim, fault);
      if (fault != Fault.NONE) {
        long _ = raft.agree(raft.newCommand(), 2, RETRY);
      }
      for (int i = 5 + random.nextInt(10); i > 0; i--) {
        Optional<Accepted> _ = raft.start(sender, raft.newCommand());
      }
      long _ = raft.agree(raft.newCommand(), fault == Fault.NONE ? 3 : 2, RETRY);
      checkLogs(simulation);
      undo(simulation, victim, fault);
      if (fault != Fault.NONE) {
        long _ = raft.agree(raft.newCommand(), 3, RETRY);
        leader = raft.findLeader();
      }
    }
  }

  private static void strike(Simulation simulation, PeerId victim, Fault fault) {
    switch (fault) {
      case NONE -> { }
      case DISCONNECT -> simulation.disconnect(victim);
      case CRASH -> simulation.crash(victim);
    }
  }

  private static void undo(Simulation simulation, PeerId victim, Fault fault) {
    switch (fault) {
      case NONE -> { }
      case DISCONNECT -> simulation.reconnect(victim);
      case CRASH -> simulation.restart(victim);
    }
  }

  private static void checkLogs(Simulation simulation) {
    simulation.peers().forEach(peer -> require(simulation.logBytes(peer) < LOG_BYTES, "Bounded log", "that of %s has %d bytes", peer,
        simulation.logBytes(peer)));
  }

  private static void allCrash(Simulation simulation, RaftProbes raft) {
    RandomGenerator random = simulation.world().random();
    long _ = raft.agree(raft.newCommand(), 3, RETRY);
    for (int round = 0; round < CRASH_ROUNDS; round++) {
      for (int i = 5 + random.nextInt(10); i > 0; i--) {
        long _ = raft.agree(raft.newCommand(), 3, RETRY);
      }
      long before = raft.agree(raft.newCommand(), 3, RETRY);
      restartAll(simulation);
      long after = raft.agree(raft.newCommand(), 3, RETRY);
      require(after > before, "Durability", "position %d was given before the crash, %d after it", before, after);
    }
  }

  private static void restartAll(Simulation simulation) {
    simulation.peers().forEach(simulation::crash);
    simulation.peers().forEach(simulation::restart);
  }

  private static void init(Simulation simulation, RaftProbes raft) {
    long first = raft.agree(raft.newCommand(), 3, RETRY);
    for (int i = 0; i < 11; i++) {
      long _ = raft.agree(raft.newCommand(), 3, RETRY);
    }
    restartAll(simulation);
    long second = raft.agree(raft.newCommand(), 3, RETRY);
    require(second >= first + 12, "Durability", "position %d after a restart, %d before 11 more", second, first);
    restartAll(simulation);
    long third = raft.agree(raft.newCommand(), 3, RETRY);
    require(third > second, "Durability", "position %d was given before the second crash, %d after it", second, third);
  }
}
