package io.flotilla.simulation.scenario;

import static io.flotilla.simulation.LawBroken.require;
import static io.flotilla.simulation.scenario.RaftProbes.Attempts.ONCE;
import static io.flotilla.simulation.scenario.RaftProbes.Attempts.RETRY;
import static io.flotilla.simulation.scenario.RaftProbes.ELECTION;

import io.flotilla.raft.PeerId;
import io.flotilla.simulation.Simulation;
import io.flotilla.simulation.world.LinkConditions;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BiConsumer;

/** The course's scenarios for Raft itself. */
public final class RaftScenarios {
  private RaftScenarios() {}

  /** All of them, in the suites' order. */
  public static List<Scenario> all() {
    return List.of(
        raft("RE1", "InitialElection", 3, LinkConditions.RELIABLE, RaftScenarios::initialElection),
        raft("RE2", "ReElection", 3, LinkConditions.RELIABLE, RaftScenarios::reElection),
        raft("RL1", "BasicAgree", 3, LinkConditions.RELIABLE, RaftScenarios::basicAgree),
        raft("RP1", "Persist1", 3, LinkConditions.RELIABLE, RaftScenarios::persist1));
  }

  private static Scenario raft(String id, String title, int peers, LinkConditions network, BiConsumer<Simulation, RaftProbes> story) {
    return new Scenario(id, title, world -> {
      Simulation simulation = Simulation.in(world).peers(peers).network(network).start();
      story.accept(simulation, new RaftProbes(simulation));
    });
  }

  private static void initialElection(Simulation simulation, RaftProbes raft) {
    PeerId leader = raft.findLeader();
    simulation.advance(Duration.ofMillis(50));
    long term = raft.checkSameTerm();
    require(term >= 1, "One term", "it is at least 1: %d", term);
    simulation.advance(ELECTION.multipliedBy(2));
    // Without faults nothing unseats a leader here: no pause of a process, no lost message.
    require(raft.checkSameTerm() == term, "One term", "nobody campaigns against a leader that is heard");
    require(raft.findLeader().equals(leader), "One term", "%s leads on", leader);
  }

  private static void reElection(Simulation simulation, RaftProbes raft) {
    PeerId first = raft.findLeader();
    simulation.disconnect(first);
    PeerId second = raft.findLeader();
    simulation.reconnect(first);
    PeerId leader = raft.findLeader();
    require(leader.equals(second), "Leader stickiness", "%s returns and unseats %s", first, second);
    simulation.disconnect(leader);
    PeerId another = raft.after(leader, 1);
    simulation.disconnect(another);
    simulation.advance(ELECTION.multipliedBy(2));
    raft.checkNoLeader();
    simulation.reconnect(another);
    PeerId _ = raft.findLeader();
    simulation.reconnect(leader);
    PeerId _ = raft.findLeader();
  }

  private static void basicAgree(Simulation simulation, RaftProbes raft) {
    for (long position = 1; position <= 3; position++) {
      require(raft.committed(position) == 0, "Agreement", "position %d is applied before anything was said", position);
      long agreed = raft.agree(Long.toString(100 * position), 3, ONCE);
      require(agreed == position, "Agreement", "command %d stands at position %d", position, agreed);
    }
  }

  private static void persist1(Simulation simulation, RaftProbes raft) {
    raft.agree("11", 3, RETRY);
    simulation.peers().forEach(simulation::crash);
    simulation.peers().forEach(simulation::restart);
    raft.agree("12", 3, RETRY);
    PeerId first = raft.findLeader();
    simulation.crash(first);
    simulation.restart(first);
    raft.agree("13", 3, RETRY);
    PeerId second = raft.findLeader();
    simulation.crash(second);
    raft.agree("14", 2, RETRY);
    simulation.restart(second);
    boolean _ = raft.await(4, 3, OptionalLong.empty());
    PeerId follower = raft.after(raft.findLeader(), 1);
    simulation.crash(follower);
    raft.agree("15", 2, RETRY);
    simulation.restart(follower);
    raft.agree("16", 3, RETRY);
  }
}
