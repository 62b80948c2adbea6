package io.flotilla.simulation.kernel;

/** A fingerprint of all that happened, in order: equal runs have equal ones. */
public final class Digest {
  private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

  private long value;

  public void add(long fact) {
    value = (Long.rotateLeft(value, 23) ^ fact) * MULTIPLIER;
  }

  /** Adds a text or a record of texts and numbers: its hash code must not depend on where objects are in memory. */
  public void add(Object fact) {
    add(fact.hashCode());
  }

  public long value() {
    return value;
  }
}
