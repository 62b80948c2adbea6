package io.flotilla.simulation.scenario;

import static io.flotilla.simulation.LawBroken.require;
import static io.flotilla.simulation.scenario.RaftProbes.Attempts.ONCE;
import static io.flotilla.simulation.scenario.RaftProbes.Attempts.RETRY;
import static io.flotilla.simulation.scenario.RaftProbes.ELECTION;

import io.flotilla.raft.PeerId;
import io.flotilla.simulation.LawBroken;
import io.flotilla.simulation.Simulation;
import io.flotilla.simulation.raft.GroupWatch.Accepted;
import io.flotilla.simulation.world.LinkConditions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * RL: agreement on a log, servers cut off and returned (lab 3B). Positions count commands only: what the suites expect at index 4 is
 * the fourth command, wherever the no-ops of new leaders have put it.
 */
final class RaftLogScenarios {
  private static final int TRIES = 5;
  private static final Duration BETWEEN_TRIES = Duration.ofSeconds(3);
  private static final int TAIL = 50;
  /** The suites count a call and its answer as one; here each is a message. */
  private static final int MESSAGES_IN_A_CALL = 2;

  private RaftLogScenarios() {}

  static List<Scenario> all() {
    return List.of(
        of("RL1", "BasicAgree", 3, RaftLogScenarios::basicAgree),
        of("RL2", "RPCBytes", 3, RaftLogScenarios::bytes),
        of("RL3", "FollowerFailure", 3, RaftLogScenarios::followerFailure),
        of("RL4", "LeaderFailure", 3, RaftLogScenarios::leaderFailure),
        of("RL5", "FailAgree", 3, RaftLogScenarios::failAgree),
        of("RL6", "FailNoAgree", 5, RaftLogScenarios::failNoAgree),
        of("RL7", "ConcurrentStarts", 3, RaftLogScenarios::concurrentStarts),
        of("RL8", "Rejoin", 3, RaftLogScenarios::rejoin),
        of("RL9", "Backup", 5, RaftLogScenarios::backup),
        of("RL10", "Count", 3, RaftLogScenarios::count));
  }

  private static Scenario of(String id, String title, int peers, BiConsumer<Simulation, RaftProbes> story) {
    return RaftStory.of(id, title, peers, LinkConditions.RELIABLE, story);
  }

  private static void basicAgree(Simulation simulation, RaftProbes raft) {
    for (long position = 1; position <= 3; position++) {
      require(raft.committed(position) == 0, "Agreement", "position %d is applied before anything was said", position);
      long agreed = raft.agree(Long.toString(100 * position), 3, ONCE);
      require(agreed == position, "Agreement", "command %d stands at position %d", position, agreed);
    }
  }

  /** The suites' bound holds as it stands: an entry's framing is some tens of bytes here as there, and heartbeats are small. */
  private static void bytes(Simulation simulation, RaftProbes raft) {
    long _ = raft.agree("99", 3, ONCE);
    long before = simulation.world().network().bytes();
    for (int i = 2; i <= 11; i++) {
      long position = raft.agree(Integer.toString(i % 10).repeat(5000), 3, ONCE);
      require(position == i, "Agreement", "command %d stands at position %d", i, position);
    }
    long sent = simulation.world().network().bytes() - before;
    require(sent <= 200_000, "Each command goes once to each peer", "10 commands of 5000 bytes took %d bytes", sent);
  }

  private static void followerFailure(Simulation simulation, RaftProbes raft) {
    long _ = raft.agree("101", 3, ONCE);
    simulation.disconnect(raft.after(raft.findLeader(), 1));
    long _ = raft.agree("102", 2, ONCE);
    simulation.advance(ELECTION);
    long _ = raft.agree("103", 2, ONCE);
    PeerId leader = raft.findLeader();
    simulation.peers().stream().filter(peer -> !peer.equals(leader)).forEach(simulation::disconnect);
    Optional<Accepted> accepted = raft.start(leader, "104");
    require(accepted.map(Accepted::position).equals(Optional.of(4L)), "Agreement", "the leader accepts a fourth command: %s", accepted);
    simulation.advance(ELECTION.multipliedBy(2));
    checkNowhere(raft, 4);
  }

  private static void leaderFailure(Simulation simulation, RaftProbes raft) {
    long _ = raft.agree("101", 3, ONCE);
    simulation.disconnect(raft.findLeader());
    long _ = raft.agree("102", 2, RETRY);
    simulation.advance(ELECTION);
    long _ = raft.agree("103", 2, RETRY);
    simulation.disconnect(raft.findLeader());
    simulation.peers().forEach(peer -> raft.start(peer, "104"));
    simulation.advance(ELECTION.multipliedBy(2));
    checkNowhere(raft, 4);
  }

  private static void checkNowhere(RaftProbes raft, long position) {
    require(raft.committed(position) == 0, "No agreement without a quorum", "%d servers applied position %d",
        raft.committed(position), position);
  }

  private static void failAgree(Simulation simulation, RaftProbes raft) {
    long _ = raft.agree("101", 3, ONCE);
    PeerId follower = raft.after(raft.findLeader(), 1);
    simulation.disconnect(follower);
    long _ = raft.agree("102", 2, ONCE);
    long _ = raft.agree("103", 2, ONCE);
    simulation.advance(ELECTION);
    long _ = raft.agree("104", 2, ONCE);
    long _ = raft.agree("105", 2, ONCE);
    simulation.reconnect(follower);
    long _ = raft.agree("106", 3, RETRY);
    simulation.advance(ELECTION);
    long _ = raft.agree("107", 3, RETRY);
  }

  private static void failNoAgree(Simulation simulation, RaftProbes raft) {
    long _ = raft.agree("10", 5, ONCE);
    PeerId leader = raft.findLeader();
    List<PeerId> cut = List.of(raft.after(leader, 1), raft.after(leader, 2), raft.after(leader, 3));
    cut.forEach(simulation::disconnect);
    Optional<Accepted> alone = raft.start(leader, "20");
    require(alone.map(Accepted::position).equals(Optional.of(2L)), "Agreement", "the leader accepts a second command: %s", alone);
    simulation.advance(ELECTION.multipliedBy(2));
    checkNowhere(raft, 2);
    cut.forEach(simulation::reconnect);
    Optional<Accepted> again = raft.start(raft.findLeader(), "30");
    require(again.filter(accepted -> accepted.position() == 2 || accepted.position() == 3).isPresent(), "Agreement",
        "the next command is the second or third: %s", again);
    long _ = raft.agree("1000", 5, RETRY);
  }

  private static void concurrentStarts(Simulation simulation, RaftProbes raft) {
    for (int attempt = 0; attempt < TRIES; attempt++) {
      if (attempt > 0) {
        simulation.advance(BETWEEN_TRIES);
      }
      PeerId leader = raft.findLeader();
      Optional<Accepted> first = raft.start(leader, "1");
      if (first.isPresent() && startTogether(simulation, raft, leader, first.get().term())) {
        return;
      }
    }
    throw new LawBroken("Agreement", "the term changed in each of %d tries".formatted(TRIES));
  }

  /** Five at once; false if the term has passed meanwhile. */
  private static boolean startTogether(Simulation simulation, RaftProbes raft, PeerId leader, long term) {
    TreeMap<String, Accepted> accepted = new TreeMap<>();
    Together starts = new Together(simulation);
    for (int i = 0; i < 5; i++) {
      String command = Integer.toString(100 + i);
      starts.go("start " + command, () -> raft.start(leader, command).filter(where -> where.term() == term)
          .ifPresent(where -> accepted.put(command, where)));
    }
    starts.join(BETWEEN_TRIES);
    for (Accepted where : accepted.values()) {
      if (!raft.await(where.position(), 3, OptionalLong.of(term))) {
        return false;
      }
    }
    accepted.forEach((command, where) -> require(raft.isAt(where.position(), command), "Agreement", "%s is not at position %d",
        command, where.position()));
    return accepted.size() == 5;
  }

  private static void rejoin(Simulation simulation, RaftProbes raft) {
    long _ = raft.agree("101", 3, RETRY);
    PeerId first = raft.findLeader();
    simulation.disconnect(first);
    for (String lost : List.of("102", "103", "104")) {
      Optional<Accepted> _ = raft.start(first, lost);
    }
    long _ = raft.agree("103", 2, RETRY);
    PeerId second = raft.findLeader();
    simulation.disconnect(second);
    simulation.reconnect(first);
    long _ = raft.agree("104", 2, RETRY);
    simulation.reconnect(second);
    long _ = raft.agree("105", 3, RETRY);
  }

  private static void backup(Simulation simulation, RaftProbes raft) {
    long _ = raft.agree(raft.newCommand(), 5, RETRY);
    PeerId first = raft.findLeader();
    PeerId follower = raft.after(first, 1);
    List<PeerId> others = List.of(raft.after(first, 2), raft.after(first, 3), raft.after(first, 4));
    others.forEach(simulation::disconnect);
    startMany(raft, first);
    simulation.advance(ELECTION.dividedBy(2));
    simulation.disconnect(first);
    simulation.disconnect(follower);
    others.forEach(simulation::reconnect);
    agreeMany(raft);
    PeerId second = raft.findLeader();
    PeerId cut = others.getFirst().equals(second) ? others.getLast() : others.getFirst();
    simulation.disconnect(cut);
    startMany(raft, second);
    simulation.advance(ELECTION.dividedBy(2));
    simulation.peers().forEach(simulation::disconnect);
    List.of(first, follower, cut).forEach(simulation::reconnect);
    agreeMany(raft);
    simulation.peers().forEach(simulation::reconnect);
    long _ = raft.agree(raft.newCommand(), 5, RETRY);
  }

  private static void startMany(RaftProbes raft, PeerId peer) {
    for (int i = 0; i < TAIL; i++) {
      Optional<Accepted> _ = raft.start(peer, raft.newCommand());
    }
  }

  private static void agreeMany(RaftProbes raft) {
    for (int i = 0; i < TAIL; i++) {
      long _ = raft.agree(raft.newCommand(), 3, RETRY);
    }
  }

  private static void count(Simulation simulation, RaftProbes raft) {
    PeerId _ = raft.findLeader();
    long election = messages(simulation);
    // Up to ten heartbeats a second come on top here, each with its answer: findLeader looks half a second after the start.
    require(election >= MESSAGES_IN_A_CALL && election <= 30 * MESSAGES_IN_A_CALL, "Few messages", "an election took %d", election);
    for (int attempt = 0; attempt < TRIES; attempt++) {
      if (attempt > 0) {
        simulation.advance(BETWEEN_TRIES);
      }
      if (burst(simulation, raft)) {
        long before = messages(simulation);
        simulation.advance(ELECTION);
        long idle = messages(simulation) - before;
        require(idle <= 3 * 20 * MESSAGES_IN_A_CALL, "Few messages", "an idle second took %d", idle);
        return;
      }
    }
    throw new LawBroken("Agreement", "the term changed in each of %d tries".formatted(TRIES));
  }

  private static boolean burst(Simulation simulation, RaftProbes raft) {
    PeerId leader = raft.findLeader();
    long before = messages(simulation);
    Optional<Accepted> first = raft.start(leader, raft.newCommand());
    if (first.isEmpty()) {
      return false;
    }
    long term = first.get().term();
    List<String> commands = new ArrayList<>();
    for (int i = 1; i < 12; i++) {
      String command = raft.newCommand();
      Optional<Accepted> accepted = raft.start(leader, command);
      if (accepted.filter(where -> where.term() == term).isEmpty()) {
        return false;
      }
      require(accepted.get().position() == first.get().position() + i, "Agreement", "command %d stands at %s", i, accepted.get());
      commands.add(command);
    }
    for (int i = 1; i <= 10; i++) {
      if (!raft.await(first.get().position() + i, 3, OptionalLong.of(term))) {
        return false;
      }
      require(raft.isAt(first.get().position() + i, commands.get(i - 1)), "Agreement", "another command at position %d", i);
    }
    long burst = messages(simulation) - before;
    require(burst <= (10 + 1 + 3) * 3 * MESSAGES_IN_A_CALL, "Few messages", "a burst of 12 commands took %d", burst);
    return true;
  }

  private static long messages(Simulation simulation) {
    return simulation.world().network().messages();
  }
}
