package io.flotilla.simulation.kv;

import io.flotilla.simulation.linearizability.Call;
import io.flotilla.simulation.linearizability.Outcome;
import io.flotilla.simulation.world.World;
import java.time.Duration;

/**
 * The lock of the course's lab 2: a key that is empty or absent while the lock is free, and else holds the name of its holder; changed
 * only at the version that was read. A caller that does not know what became of its put reads the key again: it has the lock if its
 * name is there. If it still finds the lock free it must put again, for the first put may yet come; both being at one version, at
 * most one of them is applied.
 */
public final class VersionedLock {
  private static final Duration PAUSE = Duration.ofMillis(10);

  private final World world;
  private final KvSimulation.Client client;
  private final String key;
  private final String holder;

  /**
   * One caller's handle.
   *
   * @param holder a name that no other caller has
   */
  public VersionedLock(World world, KvSimulation.Client client, String key, String holder) {
    this.world = world;
    this.client = client;
    this.key = key;
    this.holder = holder;
  }

  /** Waits until the lock is this caller's. */
  public void acquire() {
    while (!isHeldAfterTry()) {
      world.advance(PAUSE);
    }
  }

  private boolean isHeldAfterTry() {
    return switch (client.get(key)) {
      case Outcome.Found found when found.value().equals(holder) -> true;
      case Outcome.Found found when found.value().isEmpty() -> put(found.version(), holder);
      case Outcome.Absent _ -> put(0, holder);
      default -> false;
    };
  }

  private boolean put(long version, String value) {
    return client.call(key, new Call.Cas(version, value)) instanceof Outcome.Written;
  }

  /** Gives the lock, which must be this caller's, back; it is free when this returns. */
  public void release() {
    while (isStillHeld()) {
      world.advance(PAUSE);
    }
  }

  private boolean isStillHeld() {
    return switch (client.get(key)) {
      case Outcome.Found found when found.value().equals(holder) -> !put(found.version(), "");
      case Outcome.Found _ -> false;
      default -> true;
    };
  }
}
