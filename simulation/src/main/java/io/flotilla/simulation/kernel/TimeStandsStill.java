package io.flotilla.simulation.kernel;

import java.time.Duration;

/** So much was done at one moment that it will never end: actors that always answer one another, a timer without delay. */
public final class TimeStandsStill extends RuntimeException {
  private static final long serialVersionUID = 1;

  TimeStandsStill(long steps, Duration at, Object latest) {
    super("%d steps at %.6f s, and time still does not pass; the latest was %s".formatted(steps, at.toNanos() / 1e9, latest));
  }
}
