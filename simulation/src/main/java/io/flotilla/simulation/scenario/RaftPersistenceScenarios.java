package io.flotilla.simulation.scenario;

import static io.flotilla.simulation.LawBroken.require;
import static io.flotilla.simulation.scenario.RaftProbes.Attempts.RETRY;
import static io.flotilla.simulation.scenario.RaftProbes.ELECTION;

import io.flotilla.raft.PeerId;
import io.flotilla.simulation.Simulation;
import io.flotilla.simulation.raft.GroupWatch.Accepted;
import io.flotilla.simulation.world.LinkConditions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;

/** RP: what survives crashes and the hardest networks (lab 3C). */
final class RaftPersistenceScenarios {
  private static final int FIGURE_8_TURNS = 1000;
  private static final int LONG_REORDERING_FROM = 200;
  private static final int AGREEMENTS = 49;
  private static final int CHURN_STEPS = 20;
  private static final Duration CHURN_STEP = Duration.ofMillis(700);
  private static final int CHURN_CLIENTS = 3;

  private RaftPersistenceScenarios() {}

  static List<Scenario> all() {
    return List.of(
        RaftStory.of("RP1", "Persist1", 3, LinkConditions.RELIABLE, RaftPersistenceScenarios::persist1),
        RaftStory.of("RP2", "Persist2", 5, LinkConditions.RELIABLE, RaftPersistenceScenarios::persist2),
        RaftStory.of("RP3", "Persist3", 3, LinkConditions.RELIABLE, RaftPersistenceScenarios::persist3),
        RaftStory.of("RP4", "Figure8", 5, LinkConditions.RELIABLE, RaftPersistenceScenarios::figure8),
        RaftStory.of("RP5", "UnreliableAgree", 5, LinkConditions.UNRELIABLE, RaftPersistenceScenarios::unreliableAgree),
        RaftStory.of("RP6", "Figure8Unreliable", 5, LinkConditions.UNRELIABLE, RaftPersistenceScenarios::figure8Unreliable),
        RaftStory.of("RP7", "ReliableChurn", 5, LinkConditions.RELIABLE, RaftPersistenceScenarios::churn),
        RaftStory.of("RP8", "UnreliableChurn", 5, LinkConditions.UNRELIABLE, RaftPersistenceScenarios::churn));
  }

  private static void persist1(Simulation simulation, RaftProbes raft) {
    long _ = raft.agree("11", 3, RETRY);
    simulation.peers().forEach(simulation::crash);
    simulation.peers().forEach(simulation::restart);
    long _ = raft.agree("12", 3, RETRY);
    PeerId first = raft.findLeader();
    simulation.crash(first);
    simulation.restart(first);
    long _ = raft.agree("13", 3, RETRY);
    PeerId second = raft.findLeader();
    simulation.crash(second);
    long _ = raft.agree("14", 2, RETRY);
    simulation.restart(second);
    boolean _ = raft.await(4, 3, OptionalLong.empty());
    PeerId follower = raft.after(raft.findLeader(), 1);
    simulation.crash(follower);
    long _ = raft.agree("15", 2, RETRY);
    simulation.restart(follower);
    long _ = raft.agree("16", 3, RETRY);
  }

  private static void persist2(Simulation simulation, RaftProbes raft) {
    int command = 1;
    for (int round = 0; round < 5; round++) {
      long _ = raft.agree(Integer.toString(10 + command++), 5, RETRY);
      PeerId leader = raft.findLeader();
      List<PeerId> firstDown = List.of(raft.after(leader, 1), raft.after(leader, 2));
      firstDown.forEach(simulation::crash);
      long _ = raft.agree(Integer.toString(10 + command++), 3, RETRY);
      List.of(leader, raft.after(leader, 3), raft.after(leader, 4)).forEach(simulation::crash);
      firstDown.forEach(simulation::restart);
      simulation.advance(ELECTION);
      simulation.restart(raft.after(leader, 3));
      long _ = raft.agree(Integer.toString(10 + command++), 3, RETRY);
      simulation.restart(raft.after(leader, 4));
      simulation.restart(leader);
    }
    long _ = raft.agree("1000", 5, RETRY);
  }

  private static void persist3(Simulation simulation, RaftProbes raft) {
    long _ = raft.agree("101", 3, RETRY);
    PeerId leader = raft.findLeader();
    PeerId cut = raft.after(leader, 2);
    simulation.disconnect(cut);
    long _ = raft.agree("102", 2, RETRY);
    simulation.crash(leader);
    simulation.crash(raft.after(leader, 1));
    simulation.reconnect(cut);
    simulation.restart(leader);
    long _ = raft.agree("103", 2, RETRY);
    simulation.restart(raft.after(leader, 1));
    long _ = raft.agree("104", 3, RETRY);
    require(raft.isAt(2, "102"), "Durability", "the second command is no longer what two servers had applied");
  }

  private static void figure8(Simulation simulation, RaftProbes raft) {
    RandomGenerator random = simulation.world().random();
    long _ = raft.agree(raft.newCommand(), 1, RETRY);
    for (int turn = 0; turn < FIGURE_8_TURNS; turn++) {
      Optional<PeerId> leader = startOnAll(simulation, raft);
      pauseAsInFigure8(simulation, random);
      leader.filter(simulation::isUp).ifPresent(simulation::crash);
      if (simulation.peers().stream().filter(simulation::isUp).count() < 3) {
        PeerId drawn = anyOf(simulation, random);
        if (!simulation.isUp(drawn)) {
          simulation.restart(drawn);
        }
      }
    }
    simulation.peers().stream().filter(peer -> !simulation.isUp(peer)).forEach(simulation::restart);
    long _ = raft.agree(raft.newCommand(), 5, RETRY);
  }

  /** Start on every live server, whether connected or not; the last one that took the command for a leader's. */
  private static Optional<PeerId> startOnAll(Simulation simulation, RaftProbes raft) {
    Optional<PeerId> leader = Optional.empty();
    for (PeerId peer : simulation.peers()) {
      if (raft.start(peer, raft.newCommand()).isPresent()) {
        leader = Optional.of(peer);
      }
    }
    return leader;
  }

  private static void pauseAsInFigure8(Simulation simulation, RandomGenerator random) {
    simulation.advance(Duration.ofMillis(random.nextInt(10) == 0 ? random.nextInt(500) : random.nextInt(13)));
  }

  private static PeerId anyOf(Simulation simulation, RandomGenerator random) {
    return List.copyOf(simulation.peers()).get(random.nextInt(simulation.peers().size()));
  }

  private static void unreliableAgree(Simulation simulation, RaftProbes raft) {
    Together agreements = new Together(simulation);
    for (int round = 1; round <= AGREEMENTS; round++) {
      for (int i = 0; i < 4; i++) {
        String command = Integer.toString(100 * round + i);
        agreements.go("agree " + command, () -> raft.agree(command, 1, RETRY));
      }
      long _ = raft.agree(Integer.toString(round), 1, RETRY);
    }
    simulation.world().network().become(LinkConditions.RELIABLE);
    agreements.join(Duration.ofSeconds(20));
    long _ = raft.agree("100", 5, RETRY);
  }

  private static void figure8Unreliable(Simulation simulation, RaftProbes raft) {
    RandomGenerator random = simulation.world().random();
    long _ = raft.agree(raft.newCommand(), 1, RETRY);
    for (int turn = 0; turn < FIGURE_8_TURNS; turn++) {
      if (turn == LONG_REORDERING_FROM) {
        simulation.world().network().become(LinkConditions.UNRELIABLE.longReordering());
      }
      Optional<PeerId> leader = startOnAll(simulation, raft).filter(simulation::isConnected);
      pauseAsInFigure8(simulation, random);
      if (leader.isPresent() && random.nextBoolean()) {
        simulation.disconnect(leader.get());
      }
      if (simulation.peers().stream().filter(simulation::isConnected).count() < 3) {
        simulation.reconnect(anyOf(simulation, random));
      }
    }
    simulation.peers().forEach(simulation::reconnect);
    long _ = raft.agree(raft.newCommand(), 5, RETRY);
  }

  private static void churn(Simulation simulation, RaftProbes raft) {
    Churn churn = new Churn(simulation, raft);
    for (int client = 0; client < CHURN_CLIENTS; client++) {
      churn.begin(client);
    }
    RandomGenerator random = simulation.world().random();
    for (int step = 0; step < CHURN_STEPS; step++) {
      disturb(simulation, random);
      simulation.advance(CHURN_STEP);
    }
    simulation.advance(Duration.ofSeconds(1));
    simulation.world().network().become(LinkConditions.RELIABLE);
    simulation.peers().stream().filter(peer -> !simulation.isUp(peer)).forEach(simulation::restart);
    simulation.peers().forEach(simulation::reconnect);
    Set<String> noted = churn.end();
    simulation.advance(Duration.ofSeconds(1));
    long last = raft.agree(raft.newCommand(), 5, RETRY);
    Set<String> held = new TreeSet<>();
    LongStream.rangeClosed(1, last).forEach(position -> {
      boolean _ = raft.await(position, 5, OptionalLong.empty());
      held.add(raft.command(position));
    });
    require(held.containsAll(noted), "Durability", "commands that were seen to be applied are gone");
  }

  private static void disturb(Simulation simulation, RandomGenerator random) {
    if (random.nextInt(1000) < 200) {
      simulation.disconnect(anyOf(simulation, random));
    }
    if (random.nextInt(1000) < 500) {
      PeerId drawn = anyOf(simulation, random);
      if (!simulation.isUp(drawn)) {
        simulation.restart(drawn);
      }
      simulation.reconnect(drawn);
    }
    if (random.nextInt(1000) < 200) {
      PeerId drawn = anyOf(simulation, random);
      if (simulation.isUp(drawn)) {
        simulation.crash(drawn);
      }
    }
  }

  /** Clients that offer commands to everybody and note which of them they see applied. */
  private static final class Churn {
    private static final int[] LOOKS_AFTER_MILLIS = {0, 10, 20, 50, 100};
    private static final Duration LAST_LOOK = Duration.ofMillis(200);

    private final Simulation simulation;
    private final RaftProbes raft;
    private final Together clients;
    private final Set<String> noted = new TreeSet<>();
    private boolean ending;

    Churn(Simulation simulation, RaftProbes raft) {
      this.simulation = simulation;
      this.raft = raft;
      clients = new Together(simulation);
    }

    void begin(int client) {
      clients.go("client", () -> {
        while (!ending) {
          act(client);
        }
      });
    }

    private void act(int client) {
      String command = raft.newCommand();
      Optional<Accepted> accepted = Optional.empty();
      for (PeerId peer : simulation.peers()) {
        Optional<Accepted> here = raft.start(peer, command);
        accepted = here.isPresent() ? here : accepted;
      }
      if (accepted.isEmpty()) {
        simulation.advance(Duration.ofMillis(79 + 17L * client));
        return;
      }
      long position = accepted.get().position();
      for (int millis : LOOKS_AFTER_MILLIS) {
        simulation.advance(Duration.ofMillis(millis));
        if (raft.committed(position) > 0) {
          if (raft.isAt(position, command)) {
            noted.add(command);
          }
          return;
        }
      }
      simulation.advance(LAST_LOOK);
    }

    Set<String> end() {
      ending = true;
      clients.join(Duration.ofSeconds(5));
      return noted;
    }
  }
}
