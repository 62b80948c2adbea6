package io.flotilla.simulation.scenario;

import io.flotilla.simulation.LawBroken;
import io.flotilla.simulation.Simulation;
import io.flotilla.simulation.kv.KvSimulation;
import io.flotilla.simulation.linearizability.Call;
import io.flotilla.simulation.linearizability.Outcome;
import io.flotilla.simulation.world.LinkConditions;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** How scenarios of the store are told; at the end of each the clients' history must be linearizable. */
final class KvStory {
  /** A request has the course's clerks wait for as long as they like; no call of a scenario may take longer than that. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private KvStory() {}

  static Scenario of(String id, String title, int peers, LinkConditions network, Consumer<KvSimulation> story) {
    return of(id, title, group -> group.peers(peers).network(network), story);
  }

  static Scenario of(String id, String title, UnaryOperator<Simulation> prepare, Consumer<KvSimulation> story) {
    return new Scenario(id, title, world -> {
      KvSimulation store = KvSimulation.start(prepare.apply(Simulation.in(world)));
      story.accept(store);
      store.checkLinearizable();
    });
  }

  /** Waits for a leader, so that the first call need not. */
  static void warmUp(KvSimulation store) {
    Outcome _ = store.newClient().insist("warm-up", new Call.Get());
  }

  static void expect(Outcome expected, Outcome outcome) {
    LawBroken.require(outcome.equals(expected), "Contract", "expected %s, got %s", expected, outcome);
  }

  static void expectValue(String expected, Outcome outcome) {
    LawBroken.require(outcome instanceof Outcome.Found found && found.value().equals(expected), "Contract", "expected %s, got %s",
        expected, outcome);
  }

  /** The value found; empty if there is none. */
  static String valueIn(Outcome outcome) {
    return outcome instanceof Outcome.Found found ? found.value() : "";
  }
}
