package io.flotilla.http;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes that requests under way may hold in memory together. Taken before a body is read and given back once its answer is
 * known, so that no number of connections can fill the heap.
 */
final class ByteBudget {
  private final long maxBytes;
  private final AtomicLong takenBytes = new AtomicLong();

  ByteBudget(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Takes them if they are to be had. */
  boolean tryTake(long bytes) {
    if (takenBytes.addAndGet(bytes) <= maxBytes) {
      return true;
    }
    takenBytes.addAndGet(-bytes);
    return false;
  }

  void giveBack(long bytes) {
    takenBytes.addAndGet(-bytes);
  }

  long takenBytes() {
    return takenBytes.get();
  }

  long maxBytes() {
    return maxBytes;
  }
}
