package io.flotilla.simulation.scenario;

import io.flotilla.simulation.Simulation;
import io.flotilla.simulation.world.LinkConditions;
import io.flotilla.simulation.world.World;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** How the scenarios of Raft itself are told: of a group that keeps its commands, through the suites' probes. */
final class RaftStory {
  private RaftStory() {}

  static Scenario of(String id, String title, int peers, LinkConditions network, BiConsumer<Simulation, RaftProbes> story) {
    return of(id, title, peers, network, "", story);
  }

  static Scenario of(String id, String title, int peers, LinkConditions network, String config,
      BiConsumer<Simulation, RaftProbes> story) {
    Consumer<World> play = world -> {
      Simulation simulation = Simulation.in(world).peers(peers).network(network);
      if (!config.isEmpty()) {
        simulation.config(config);
      }
      simulation.start();
      story.accept(simulation, new RaftProbes(simulation));
    };
    return new Scenario(id, title, play);
  }
}
