package io.flotilla.simulation.scenario;

import io.flotilla.simulation.LawBroken;
import io.flotilla.simulation.Simulation;
import java.time.Duration;

/** Things that are done side by side, and waited for. */
final class Together {
  private final Simulation simulation;
  private int underWay;

  Together(Simulation simulation) {
    this.simulation = simulation;
  }

  void go(String name, Runnable body) {
    underWay++;
    simulation.go(name, () -> {
      body.run();
      underWay--;
    });
  }

  int underWay() {
    return underWay;
  }

  /** Whether all are done within that time. */
  boolean ended(Duration atMost) {
    return simulation.until(() -> underWay == 0, atMost);
  }

  void join(Duration atMost) {
    LawBroken.require(ended(atMost), "Progress", "%d not done within %s%n%s", underWay, atMost, simulation.describe());
  }
}
