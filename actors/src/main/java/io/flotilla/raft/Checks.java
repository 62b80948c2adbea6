package io.flotilla.raft;

/** Invariants that hold in production as well: a replica that breaks one stops, rather than spread the damage. */
public final class Checks {
  private Checks() {}

  /**
   * Asserts one fact.
   *
   * @throws BrokenInvariant it does not hold
   */
  public static void check(boolean fact, String format, Object... values) {
    if (!fact) {
      throw new BrokenInvariant("Broken invariant: " + format.formatted(values));
    }
  }
}
