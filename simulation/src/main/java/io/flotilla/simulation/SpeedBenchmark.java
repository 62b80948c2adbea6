package io.flotilla.simulation;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * How fast simulation is: five replicas, all laws on, all messages and events encoded, and clients that propose and read at random
 * moments. Prints a table; {@code benchmarks/simulation} runs it. A run is one thread's work, so its processor time tells what it would
 * take on a core of its own, whatever else the machine does.
 */
public final class SpeedBenchmark {
  private static final Duration VIRTUAL = Duration.ofSeconds(60);
  private static final int ROUNDS = 5;
  private static final int WARM_UP_RATE = 100;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private SpeedBenchmark() {}

  private record Reading(double seconds, double processorSeconds, long steps, long writes) {}

  /** Takes the mean number of requests a second, one after the other; 20, 100 and 1000 if none is given. */
  public static void main(String[] args) {
    String[] rates = args.length > 0 ? args : new String[] {"20", "100", "1000"};
    System.out.println("| requests a virtual second | times real time | actor messages a second | times processor time "
        + "| actor messages a processor second | acknowledged writes |");
    System.out.println("| ---: | ---: | ---: | ---: | ---: | ---: |");
    Reading _ = median(WARM_UP_RATE);
    for (String rate : rates) {
      print(rate, median(Integer.parseInt(rate)));
    }
    System.out.flush();
    Runtime.getRuntime().halt(0);   // actor systems have no more to say
  }

  private static void print(String rate, Reading reading) {
    System.out.printf(Locale.ROOT, "| %s | %.0f | %,.0f | %.0f | %,.0f | %,d |%n", rate, VIRTUAL.toSeconds() / reading.seconds,
        reading.steps / reading.seconds, VIRTUAL.toSeconds() / reading.processorSeconds, reading.steps / reading.processorSeconds,
        reading.writes);
  }

  private static Reading median(int requestsPerSecond) {
    List<Reading> readings = new ArrayList<>();
    for (int seed = 1; seed <= ROUNDS; seed++) {
      readings.add(measure(requestsPerSecond, seed));
    }
    readings.sort(Comparator.comparingDouble(Reading::processorSeconds));
    return readings.get(ROUNDS / 2);
  }

  private static Reading measure(int requestsPerSecond, long seed) {
    Faults clientsOnly = new Faults(Faults.NONE.links(), 0, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO,
        Duration.ofNanos(TimeUnit.SECONDS.toNanos(1) / requestsPerSecond));
    long begunNanos = System.nanoTime();
    long begunProcessorNanos = THREADS.getCurrentThreadCpuTime();
    Simulation simulation = Simulation.of(seed).peers(5).faults(clientsOnly);
    simulation.run(VIRTUAL);
    return new Reading((System.nanoTime() - begunNanos) / 1e9, (THREADS.getCurrentThreadCpuTime() - begunProcessorNanos) / 1e9,
        simulation.world().kernel().steps(), simulation.client().acknowledged());
  }
}
