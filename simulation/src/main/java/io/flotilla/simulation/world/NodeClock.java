package io.flotilla.simulation.world;

import io.flotilla.raft.actor.RaftClock;
import java.util.concurrent.TimeUnit;

/** A node's own clock: begins anywhere, and runs too fast or too slow by a constant factor. */
final class NodeClock implements RaftClock {
  /** When every run begins: a time of day like any other. */
  private static final long EPOCH_MILLIS = 1_767_225_600_000L;

  private final World world;
  private final long offsetNanos;
  private double rate = 1;
  private long rateSinceNanos;
  private long localAtThatTime;

  NodeClock(World world, long offsetNanos) {
    this.world = world;
    this.offsetNanos = offsetNanos;
  }

  /** From now on; goes on from the time that it shows. */
  void runAt(double newRate) {
    localAtThatTime = localNanos();
    rateSinceNanos = world.nowNanos();
    rate = newRate;
  }

  /** How long this clock takes, in true time, to advance by that much. */
  long trueNanos(long localNanos) {
    return (long) Math.ceil(localNanos / rate);
  }

  private long localNanos() {
    return localAtThatTime + (long) ((world.nowNanos() - rateSinceNanos) * rate);
  }

  @Override
  public long nanos() {
    return offsetNanos + localNanos();
  }

  @Override
  public long millis() {
    return EPOCH_MILLIS + TimeUnit.NANOSECONDS.toMillis(localNanos());
  }
}
