package io.flotilla.http;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes that requests under way and large answers may hold in memory together. Taken before a body is read and given back once
 * its answer is known, or taken by an answer until it has been sent, so that no number of connections can fill the heap.
 */
final class ByteBudget {
  private final long maxBytes;
  private final AtomicLong takenBytes = new AtomicLong();

  ByteBudget(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** A share of that size; refused as unavailable where there is no room for it. */
  Share take(long bytes) {
    Share share = new Share();
    share.grow(bytes);
    return share;
  }

  long takenBytes() {
    return takenBytes.get();
  }

  /** What one request has taken. Thread-safe: a body that is too slow is given up while it still comes in. */
  final class Share {
    private long bytes;
    private boolean givenBack;

    /** Takes more; refused as unavailable where there is no room for it. */
    synchronized void grow(long moreBytes) {
      if (givenBack || takenBytes.addAndGet(moreBytes) > maxBytes) {
        refuse(moreBytes);
      }
      bytes += moreBytes;
    }

    /** Gives all of it back; nothing can be taken afterwards. */
    synchronized void giveBack() {
      takenBytes.addAndGet(-bytes);
      bytes = 0;
      givenBack = true;
    }

    private void refuse(long moreBytes) {
      long taken = givenBack ? takenBytes.get() : takenBytes.addAndGet(-moreBytes);
      throw Problem.unavailable("overloaded: %d bytes of requests and answers are under way, with %d of this one more than %d"
          .formatted(taken, moreBytes, maxBytes), 1).refused();
    }
  }
}
