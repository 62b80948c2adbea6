package io.flotilla.mapreduce.input;

import io.flotilla.mapreduce.task.RecordPosition;
import java.io.IOException;

/** A record is larger than {@code flotilla.mapreduce.max-record-size}. */
public final class OversizedRecordException extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient RecordPosition position;

  OversizedRecordException(String what, String source, long offsetBytes, int maxBytes) {
    super(("the %s that begins at byte %d of %s is longer than flotilla.mapreduce.max-record-size (%d bytes); a larger limit, or "
        + "flotilla.mapreduce.oversized-records = skip, would let the job go on").formatted(what, offsetBytes, source, maxBytes));
    this.position = new RecordPosition(source, offsetBytes);
  }

  public RecordPosition position() {
    return position;
  }
}
