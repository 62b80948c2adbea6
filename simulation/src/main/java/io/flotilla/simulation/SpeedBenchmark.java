package io.flotilla.simulation;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * How fast simulation is: five replicas, all laws on, all messages and events encoded, and clients that propose and read at random
 * moments. Not a test: run its main.
 */
public final class SpeedBenchmark {
  private static final Duration VIRTUAL = Duration.ofSeconds(60);
  private static final int ROUNDS = 5;

  private SpeedBenchmark() {}

  /** Takes the mean number of requests a second, one after the other; 20, 100 and 1000 if none is given. */
  public static void main(String[] args) {
    String[] rates = args.length > 0 ? args : new String[] {"20", "100", "1000"};
    for (String rate : rates) {
      for (int round = 1; round <= ROUNDS; round++) {
        measure(Integer.parseInt(rate), round);
      }
    }
    Runtime.getRuntime().halt(0);
  }

  private static void measure(int requestsPerSecond, long seed) {
    Faults clientsOnly = new Faults(Faults.NONE.links(), 0, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO,
        Duration.ofNanos(TimeUnit.SECONDS.toNanos(1) / requestsPerSecond));
    long begunNanos = System.nanoTime();
    Simulation simulation = Simulation.of(seed).peers(5).faults(clientsOnly);
    simulation.run(VIRTUAL);
    double seconds = (System.nanoTime() - begunNanos) / 1e9;
    long steps = simulation.world().kernel().steps();
    System.out.printf(Locale.ROOT, "%5d requests/s: %.0f virtual s in %.2f s, %.0f times real time; %d steps, %.0f/s; %d writes%n",
        requestsPerSecond, VIRTUAL.toSeconds() * 1.0, seconds, VIRTUAL.toSeconds() / seconds, steps, steps / seconds,
        simulation.acknowledged());
  }
}
