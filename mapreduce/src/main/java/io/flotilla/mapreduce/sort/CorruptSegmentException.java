package io.flotilla.mapreduce.sort;

import java.io.IOException;

/** What was read from a segment is not what was written: the map task that made it has to run again. */
public final class CorruptSegmentException extends IOException {
  private static final long serialVersionUID = 1L;

  public CorruptSegmentException(String message) {
    super(message);
  }
}
