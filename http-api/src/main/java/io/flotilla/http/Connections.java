package io.flotilla.http;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the connections that are open, against how many may be, and those that wait for an answer. */
final class Connections {
  private final int max;
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger busy = new AtomicInteger();
  private final CompletableFuture<Void> quiet = new CompletableFuture<>();
  private volatile boolean stopping;

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

  /** A request has come on a connection; {@link #idle} has to follow. */
  void busy() {
    busy.incrementAndGet();
  }

  /** The answer to it is out, or the connection is gone. */
  void idle() {
    if (busy.decrementAndGet() == 0 && stopping) {
      quiet.complete(null);
    }
  }

  /** Whether each answer is to be the last one on its connection. */
  boolean isStopping() {
    return stopping;
  }

  /** From now on connections close with their next answer. Done once none waits for one. */
  CompletionStage<Void> stop() {
    stopping = true;
    if (busy.get() == 0) {
      quiet.complete(null);
    }
    return quiet;
  }
}
