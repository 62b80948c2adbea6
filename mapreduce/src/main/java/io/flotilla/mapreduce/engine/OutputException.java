package io.flotilla.mapreduce.engine;

import java.io.IOException;
import java.io.UncheckedIOException;

/** What a job emitted could not be written: the system's failure, on its way through the job's code. */
final class OutputException extends UncheckedIOException {
  private static final long serialVersionUID = 1L;

  OutputException(IOException cause) {
    super(cause);
  }
}
