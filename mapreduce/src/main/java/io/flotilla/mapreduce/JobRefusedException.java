package io.flotilla.mapreduce;

/** A job cannot run as its submitter wants it; the message says what is wrong, with the value, and what is allowed. */
public final class JobRefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What is wrong with it. */
  public enum Reason {
    /** Something that the submitter said. */
    INVALID,
    /** The output, or something else, is there already. */
    CONFLICT
  }

  private final Reason reason;

  public JobRefusedException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
