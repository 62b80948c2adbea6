package io.flotilla.raft;

/** Something that always holds does not: a bug, or memory or disk that changed what was written. */
public final class BrokenInvariant extends IllegalStateException {
  private static final long serialVersionUID = 1;

  BrokenInvariant(String message) {
    super(message);
  }
}
