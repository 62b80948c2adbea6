package io.flotilla.raft;

import java.util.Objects;

/** The id of a node, as a member of a Raft group: {@code n1}. Ordered by its text, so that sets of peers have an order. */
public record PeerId(String value) implements Comparable<PeerId> {
  public PeerId {
    Objects.requireNonNull(value);
  }

  public static PeerId of(String value) {
    return new PeerId(value);
  }

  @Override
  public int compareTo(PeerId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
