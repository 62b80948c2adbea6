package io.flotilla.simulation.kernel;

import java.util.concurrent.Semaphore;

/**
 * Code that reads as if it had a thread of its own, and waits in virtual time: it runs until it waits, and then the simulation goes
 * on. It does have a thread, but only one thread runs at any moment, and who is next is for the simulation to say.
 */
final class Fiber {
  /** Unwinds a fiber whose run has ended. */
  private static final class Abandoned extends Error {
    private static final long serialVersionUID = 1;

    Abandoned() {
      super("the run has ended", null, false, false);
    }
  }

  private final Thread thread;
  private final Semaphore resumed = new Semaphore(0);
  private final Semaphore waiting = new Semaphore(0);
  private boolean abandoned;
  private boolean ended;
  private Throwable failure;

  Fiber(String name, Runnable body) {
    thread = Thread.ofVirtual().name(name).unstarted(() -> run(body));
  }

  private void run(Runnable body) {
    resumed.acquireUninterruptibly();
    try {
      if (!abandoned) {
        body.run();
      }
    } catch (Abandoned _) {
      // as it should
    } catch (Throwable thrown) {
      failure = thrown;
    } finally {
      ended = true;
      waiting.release();
    }
  }

  /** Lets it run until it waits or ends; returns what it failed with, or null. One that was abandoned may be told again; it is over. */
  Throwable resume() {
    if (ended) {
      return null;
    }
    if (thread.getState() == Thread.State.NEW) {
      thread.start();
    }
    resumed.release();
    waiting.acquireUninterruptibly();
    return failure;
  }

  /** Called by the fiber itself: waits to be resumed. */
  void park() {
    waiting.release();
    resumed.acquireUninterruptibly();
    if (abandoned) {
      throw new Abandoned();
    }
  }

  boolean hasEnded() {
    return ended;
  }

  void abandon() {
    if (!ended) {
      abandoned = true;
      Throwable _ = resume();
    }
  }
}
