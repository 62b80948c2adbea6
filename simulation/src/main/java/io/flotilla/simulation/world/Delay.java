package io.flotilla.simulation.world;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** A time drawn uniformly from [{@code min}, {@code max}). */
public record Delay(Duration min, Duration max) {
  public static Delay micros(long min, long max) {
    return new Delay(Duration.ofNanos(min * 1000), Duration.ofNanos(max * 1000));
  }

  public static Delay millis(long min, long max) {
    return micros(min * 1000, max * 1000);
  }

  long nanos(RandomGenerator random) {
    long from = min.toNanos();
    long to = max.toNanos();
    return from == to ? from : random.nextLong(from, to);
  }
}
