package io.flotilla.simulation;

import io.flotilla.simulation.world.Delay;
import io.flotilla.simulation.world.LinkConditions;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * What goes wrong, and how often. Times are means between two of a kind; zero: never.
 *
 * @param maxDrift clocks run too fast or too slow by at most this part; leases allow for a fifth between two of them
 * @param stallEvery some disk becomes slow or full, or some node stops, for a while
 */
public record Faults(LinkConditions links, double maxDrift, Duration crashEvery, Duration cutEvery, Duration stallEvery,
    Duration changeEvery, Duration transferEvery, Duration clientEvery) {
  /** Nothing but clients. */
  public static final Faults NONE = new Faults(LinkConditions.RELIABLE, 0, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO,
      Duration.ZERO, Duration.ofMillis(15));

  /** A mix that the seed chooses: each fault is absent in some runs, rare in others, frequent in yet others. */
  public static Faults swarm(long seed) {
    return swarm(new SplittableRandom(seed ^ 0xFA17));
  }

  /** The same without clients of its own. */
  public Faults withoutClients() {
    return new Faults(links, maxDrift, crashEvery, cutEvery, stallEvery, changeEvery, transferEvery, Duration.ZERO);
  }

  private static Faults swarm(RandomGenerator random) {
    LinkConditions links = new LinkConditions(Delay.micros(50, oneOf(random, 150, 2_000, 26_000, 100_000)),
        Delay.micros(50, oneOf(random, 150, 2_000, 26_000)), loss(random), loss(random), loss(random) / 2,
        random.nextInt(4) == 0 ? 2 / 3.0 : 0);
    return new Faults(links, oneOf(random, 0, 1, 10) / 100.0, every(random, 300, 1000, 4000), every(random, 300, 1000),
        every(random, 500, 2000), every(random, 200, 1000), every(random, 200, 1000), Duration.ofMillis(oneOf(random, 2, 15, 60)));
  }

  private static double loss(RandomGenerator random) {
    return oneOf(random, 0, 0, 2, 10, 30) / 100.0;
  }

  private static Duration every(RandomGenerator random, long... millis) {
    return random.nextInt(3) == 0 ? Duration.ZERO : Duration.ofMillis(oneOf(random, millis));
  }

  private static long oneOf(RandomGenerator random, long... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
