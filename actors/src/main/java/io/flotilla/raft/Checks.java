package io.flotilla.raft;

/** Invariants that hold in production as well: a replica that breaks one stops, rather than spread the damage. */
public final class Checks {
  private Checks() {}

  /**
   * Asserts one fact.
   *
   * @throws IllegalStateException it does not hold: a bug, or memory or disk that changed what was written
   */
  public static void check(boolean fact, String format, Object... values) {
    if (!fact) {
      throw new IllegalStateException("Broken invariant: " + format.formatted(values));
    }
  }
}
