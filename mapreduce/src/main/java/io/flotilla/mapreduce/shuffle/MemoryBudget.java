package io.flotilla.mapreduce.shuffle;

import java.util.concurrent.atomic.AtomicLong;

/** Room for segments in memory. Thread-safe. */
final class MemoryBudget {
  /** One segment takes at most this part of it, or the others would all go to disk. */
  private static final int LARGEST_SHARE = 4;

  private final long totalBytes;
  private final AtomicLong leftBytes;

  MemoryBudget(long totalBytes) {
    this.totalBytes = totalBytes;
    this.leftBytes = new AtomicLong(totalBytes);
  }

  /** Takes the room if there is so much. */
  boolean maybeReserve(long bytes) {
    if (bytes > totalBytes / LARGEST_SHARE) {
      return false;
    }
    if (leftBytes.addAndGet(-bytes) >= 0) {
      return true;
    }
    release(bytes);
    return false;
  }

  /** Gives it back. */
  void release(long bytes) {
    leftBytes.addAndGet(bytes);
  }
}
