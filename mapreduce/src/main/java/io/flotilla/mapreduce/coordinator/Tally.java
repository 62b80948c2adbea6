package io.flotilla.mapreduce.coordinator;

/** Attempts of a task that is not done, as far as this coordinator started them. */
record Tally(int started, int retries, int backups) {
  static final Tally NONE = new Tally(0, 0, 0);

  Tally withStart(boolean isRetry, boolean isBackup) {
    return new Tally(started + 1, retries + (isRetry ? 1 : 0), backups + (isBackup ? 1 : 0));
  }
}
