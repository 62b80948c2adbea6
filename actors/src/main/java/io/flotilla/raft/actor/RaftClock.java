package io.flotilla.raft.actor;

/** The two clocks of a replica; a simulation puts its own in their place. Thread-safe. */
public interface RaftClock {
  /** Monotonic, of any origin: timeouts and leases. */
  long nanos();

  /** Milliseconds since the epoch: the time that commands carry. */
  long millis();

  /** The machine's clocks. */
  static RaftClock system() {
    return new RaftClock() {
      @Override
      public long nanos() {
        return System.nanoTime();
      }

      @Override
      public long millis() {
        return System.currentTimeMillis();
      }
    };
  }
}
