package io.flotilla.persistence;

/**
 * What was read from disk is not what was written: a checksum does not match, or a file does not parse. The message
 * names the place. Never retried and never skipped: only an intact copy (another replica, a backup) can mend it.
 */
public final class CorruptedDataException extends RuntimeException {
  public CorruptedDataException(String message) {
    super(message);
  }

  public CorruptedDataException(String message, Throwable cause) {
    super(message, cause);
  }
}
