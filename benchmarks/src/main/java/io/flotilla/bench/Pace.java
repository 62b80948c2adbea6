package io.flotilla.bench;

/** Says when the next operation should start. Used by one thread at a time, except where said. */
sealed interface Pace {
  /** The next operation's intended start is taken; only after {@link #isDue}. Latency counts from what this returns. */
  long take(long now);

  boolean isDue(long now);

  /** Nanoseconds until the next operation is due: 0 if it is, {@link Long#MAX_VALUE} if none will be. */
  long nanosUntilDue(long now);

  /** A new operation as soon as there is room for one: measures what the store can do, at the latency that comes with it. */
  record ClosedLoop() implements Pace {
    @Override
    public long take(long now) {
      return now;
    }

    @Override
    public boolean isDue(long now) {
      return true;
    }

    @Override
    public long nanosUntilDue(long now) {
      return 0;
    }
  }

  /** So many operations and no more, as soon as there is room. */
  final class Times implements Pace {
    private long left;

    Times(long times) {
      left = times;
    }

    @Override
    public long take(long now) {
      left--;
      return now;
    }

    @Override
    public boolean isDue(long now) {
      return left > 0;
    }

    @Override
    public long nanosUntilDue(long now) {
      return left > 0 ? 0 : Long.MAX_VALUE;
    }
  }

  /**
   * Operations at fixed intervals, whatever becomes of those before: measures the latency at a load. An operation that has to wait
   * because the store is slow keeps its intended start, so the wait counts (no "coordinated omission": a closed loop sends less
   * exactly when the store is slow, and never sees what its users would).
   */
  final class OpenLoop implements Pace {
    private final double intervalNanos;
    private final long firstNanos;
    private long taken;

    OpenLoop(double perSecond, long firstNanos) {
      this.intervalNanos = 1e9 / perSecond;
      this.firstNanos = firstNanos;
    }

    @Override
    public long take(long now) {
      long intended = next();
      taken++;
      return intended;
    }

    @Override
    public boolean isDue(long now) {
      return next() - now <= 0;
    }

    @Override
    public long nanosUntilDue(long now) {
      return Math.max(0, next() - now);
    }

    private long next() {
      return firstNanos + (long) (taken * intervalNanos);
    }
  }
}
