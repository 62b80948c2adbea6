package io.flotilla.simulation.scenario;

import static io.flotilla.simulation.LawBroken.require;
import static io.flotilla.simulation.scenario.RaftProbes.ELECTION;

import io.flotilla.raft.PeerId;
import io.flotilla.simulation.Simulation;
import io.flotilla.simulation.world.LinkConditions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** RE: who leads, and that somebody does (lab 3A). */
final class RaftElectionScenarios {
  private static final int MANY_ROUNDS = 9;
  private static final int MANY_CUT = 3;

  private RaftElectionScenarios() {}

  static List<Scenario> all() {
    return List.of(
        RaftStory.of("RE1", "InitialElection", 3, LinkConditions.RELIABLE, RaftElectionScenarios::initialElection),
        RaftStory.of("RE2", "ReElection", 3, LinkConditions.RELIABLE, RaftElectionScenarios::reElection),
        RaftStory.of("RE3", "ManyElections", 7, LinkConditions.RELIABLE, RaftElectionScenarios::manyElections));
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

  private static void manyElections(Simulation simulation, RaftProbes raft) {
    PeerId _ = raft.findLeader();
    List<PeerId> peers = new ArrayList<>(simulation.peers());
    for (int round = 0; round < MANY_ROUNDS; round++) {
      Set<PeerId> cut = new TreeSet<>();
      for (int draw = 0; draw < MANY_CUT; draw++) {
        cut.add(peers.get(simulation.world().random().nextInt(peers.size())));
      }
      cut.forEach(simulation::disconnect);
      PeerId _ = raft.findLeader();
      cut.forEach(simulation::reconnect);
    }
    PeerId _ = raft.findLeader();
  }
}
