package io.flotilla.mapreduce.coordinator;

/**
 * What the scheduler is held to; {@code flotilla.mapreduce} explains each. Times in milliseconds.
 *
 * @param suspectMillis silence after which a worker gets no new tasks
 * @param workerTimeoutMillis silence after which a worker is taken for dead
 * @param adoptionMillis for which a new coordinator waits to hear from workers what is in progress
 * @param answerMillis after which a client is answered although its job is not planned yet, or not ended
 * @param badRecordAttempts failures at one record after which it is left out; 0: never
 * @param maxBadRecords left out of one task before it fails
 * @param maxLosses of one map task's output that reduce tasks could not fetch, before the job fails
 * @param chunkBytes of a plan in one change, roughly
 */
public record SchedulerSettings(long suspectMillis, long workerTimeoutMillis, long adoptionMillis, long answerMillis,
    int maxAttempts, int badRecordAttempts, int maxBadRecords, int maxLosses, int rememberedJobs,
    int chunkBytes, Backups backups) {
  /**
   * When a task gets a second attempt beside the first (§3.6 of the paper).
   *
   * @param factor how many times longer than the median it has to take
   * @param afterMillis and at least so long
   */
  public record Backups(boolean enabled, double factor, long afterMillis) {}
}
