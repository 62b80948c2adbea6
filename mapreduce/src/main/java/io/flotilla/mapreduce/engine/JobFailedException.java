package io.flotilla.mapreduce.engine;

import io.flotilla.mapreduce.task.RecordPosition;
import java.util.Optional;

/** The job's own code threw something. */
final class JobFailedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Optional<RecordPosition> position;

  JobFailedException(Throwable thrown, Optional<RecordPosition> position) {
    super(describe(thrown), thrown);
    this.position = position;
  }

  Optional<RecordPosition> position() {
    return position;
  }

  /** A class that is not there will not be there next time. */
  boolean isLasting() {
    return getCause() instanceof LinkageError;
  }

  /** The exception and where it came from, for people. */
  static String describe(Throwable thrown) {
    StackTraceElement[] frames = thrown.getStackTrace();
    return frames.length == 0 ? thrown.toString() : "%s (at %s)".formatted(thrown, frames[0]);
  }
}
