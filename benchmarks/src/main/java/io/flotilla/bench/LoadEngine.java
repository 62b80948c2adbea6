package io.flotilla.bench;

/** Keeps a workload going against a store. */
interface LoadEngine {
  /**
   * Begins; returns at once.
   *
   * @param meter told of every operation from now until {@link Run#stop} returns
   */
  Run start(Workload workload, Pace pace, Meter meter);

  /** A workload under way. */
  interface Run {
    /** Waits until the pace has nothing more to start and all answers are in. */
    void awaitEnd() throws InterruptedException;

    /** Starts nothing more, and waits for what is under way: at most the workload's timeout. */
    void stop() throws InterruptedException;
  }
}
