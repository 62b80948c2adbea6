package io.flotilla.mapreduce.engine;

/** Unwinds an attempt that was cancelled. A job that catches it meets it again at its next record. */
final class AttemptCancelledException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  AttemptCancelledException() {
    super("the attempt was cancelled", null, false, false);
  }
}
