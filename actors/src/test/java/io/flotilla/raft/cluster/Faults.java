package io.flotilla.raft.cluster;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How bad the world is.
 *
 * @param lossRate share of messages that vanish
 * @param duplicationRate share that arrive twice
 * @param maxDelay a message takes from nothing to this
 * @param stragglerRate share that take up to a hundred times as long, so that they come in quite another order
 * @param maxWriteDelay a write to disk takes from nothing to this
 * @param maxApplyDelay the state machine lags from nothing to this
 * @param maxDrift clocks run by up to this share too fast or too slow
 * @param crashEvery mean time between crashes; zero: none. Likewise the others
 * @param cutEvery between cuts of links, whole or one way, and partitions
 * @param changeEvery between changes of membership
 * @param transferEvery between transfers of leadership
 */
public record Faults(double lossRate, double duplicationRate, Duration maxDelay, double stragglerRate, Duration maxWriteDelay,
    Duration maxApplyDelay, double maxDrift, Duration crashEvery, Duration cutEvery, Duration changeEvery, Duration transferEvery) {

  /** Nothing takes any time, so everything happens in order. */
  public static final Faults NONE = new Faults(0, 0, Duration.ZERO, 0, Duration.ZERO, Duration.ZERO, 0, Duration.ZERO,
      Duration.ZERO, Duration.ZERO, Duration.ZERO);

  /** Some faults and not others: runs that have only a few go deeper than runs that have all. */
  public static Faults swarm(RandomGenerator random) {
    return new Faults(oneOf(random, 0, 0, 0.02, 0.2), oneOf(random, 0, 0, 0.02, 0.2), millis(random, 1, 5, 30),
        oneOf(random, 0, 0, 0.01, 0.1), millis(random, 0, 2, 20, 200), millis(random, 0, 2, 50), oneOf(random, 0, 0.03),
        millis(random, 0, 300, 1000, 4000), millis(random, 0, 300, 1000), millis(random, 0, 0, 200, 1000),
        millis(random, 0, 0, 200, 1000));
  }

  /** What remains when nothing breaks any more: ordinary delays and drifting clocks. */
  Faults healed() {
    return new Faults(0, 0, Duration.ofMillis(2), 0, Duration.ofMillis(2), Duration.ofMillis(2), maxDrift, Duration.ZERO,
        Duration.ZERO, Duration.ZERO, Duration.ZERO);
  }

  private static double oneOf(RandomGenerator random, double... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private static Duration millis(RandomGenerator random, long... choices) {
    return Duration.ofMillis(choices[random.nextInt(choices.length)]);
  }
}
