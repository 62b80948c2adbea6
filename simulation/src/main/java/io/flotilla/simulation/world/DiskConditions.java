package io.flotilla.simulation.world;

/**
 * How a disk does.
 *
 * @param write how long a write takes until it is acknowledged; the disk does one at a time
 * @param full every write fails
 */
public record DiskConditions(Delay write, Delay read, boolean full) {
  /** A quiet solid-state disk, synced. */
  public static final DiskConditions FAST = new DiskConditions(Delay.micros(80, 200), Delay.micros(20, 100), false);

  /** One that stalls. */
  public static final DiskConditions SLOW = new DiskConditions(Delay.millis(5, 120), Delay.millis(1, 20), false);

  public DiskConditions becomeFull() {
    return new DiskConditions(write, read, true);
  }
}
