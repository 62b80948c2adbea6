package io.flotilla.http;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts the connections that are open, against how many may be. */
final class Connections {
  private final int max;
  private final AtomicInteger open = new AtomicInteger();

  Connections(int max) {
    this.max = max;
  }

  /** Counts one more and says whether it is within the limit; either way {@link #closed} has to follow. */
  boolean opened() {
    return open.incrementAndGet() <= max;
  }

  void closed() {
    open.decrementAndGet();
  }

  int open() {
    return open.get();
  }

  int max() {
    return max;
  }
}
