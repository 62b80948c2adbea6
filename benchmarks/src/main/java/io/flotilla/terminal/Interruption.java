package io.flotilla.terminal;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;

/** Ctrl-C, or a plain {@code kill}, as an interrupt of the thread at work: it can end what it began, in order, before the process goes. */
public final class Interruption {
  private Interruption() {}

  /** What may be interrupted. */
  public interface Work<T> {
    T run() throws IOException, InterruptedException;
  }

  /** Does something that ends soon after an interrupt; until then the process stays. */
  public static <T> T reaching(Work<T> work) throws IOException, InterruptedException {
    Thread worker = Thread.currentThread();
    CountDownLatch done = new CountDownLatch(1);
    Thread onSignal = new Thread(() -> {
      worker.interrupt();
      await(done);
    }, "on-signal");
    Runtime.getRuntime().addShutdownHook(onSignal);
    try {
      return work.run();
    } finally {
      done.countDown();
      forget(onSignal);
    }
  }

  private static void await(CountDownLatch done) {
    try {
      done.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static void forget(Thread onSignal) {
    try {
      Runtime.getRuntime().removeShutdownHook(onSignal);
    } catch (IllegalStateException _) {
      // It is at work: the process goes.
    }
  }
}
