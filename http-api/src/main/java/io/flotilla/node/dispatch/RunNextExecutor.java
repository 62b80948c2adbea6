package io.flotilla.node.dispatch;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A fixed number of threads for short tasks of which most lead to one more, as messages between actors do. What a task submits is kept for
 * its own thread, which runs it next; no other thread is woken for it, as it would mostly come too late and cost more than the task. A
 * second one is for all threads. (Go's scheduler calls the place {@code runnext}, Tokio's the LIFO slot.)
 *
 * <p>Order: tasks begin in the order in which they were submitted, but for the kept ones, which begin at once while nothing else waits, and
 * otherwise take their place at the end of the queue: nothing waits for ever.
 *
 * <p>Tasks should not block. Should one do so, another thread finds what is kept for the blocked one: when it has had nothing to do for a
 * while, or else after so many turns of its own. No thread is added for one that blocks. What a task throws goes to its thread's handler of
 * uncaught exceptions; the thread goes on.
 */
final class RunNextExecutor extends AbstractExecutorService {
  /** Often enough for what should not happen, seldom enough to cost nothing. */
  static final Duration LOOKOUT = Duration.ofMillis(20);

  /** After so many tasks a busy thread looks what others keep. */
  private static final int TURNS_PER_LOOK = 256;

  private static final ThreadLocal<Worker> CURRENT = new ThreadLocal<>();

  private final ReentrantLock lock = new ReentrantLock();
  /** For all threads; guarded by the lock. */
  private final Queue<Runnable> queue = new ArrayDeque<>();
  /** Who waits for a task: last come, first woken, as its caches are warmest. The first of them is the lookout. Guarded by the lock. */
  private final Deque<Worker> idle = new ArrayDeque<>();
  private final List<Worker> workers = new ArrayList<>();
  private final CountDownLatch alive;
  private final long lookoutNanos;
  /** Whether the queue has tasks; written under the lock, read without. */
  private volatile boolean queued;
  private volatile boolean shutdown;

  /**
   * Starts the threads.
   *
   * @param threads how many, at least one
   * @param lookout how often an idle thread looks what busy ones keep and do not get to
   */
  RunNextExecutor(int threads, Duration lookout, ThreadFactory factory) {
    lookoutNanos = lookout.toNanos();
    alive = new CountDownLatch(threads);
    for (int i = 0; i < threads; i++) {
      workers.add(new Worker(factory));
    }
    workers.forEach(worker -> worker.thread.start());
  }

  /** @throws RejectedExecutionException after a shutdown, but for what tasks submit that run still */
  @Override
  public void execute(Runnable task) {
    Objects.requireNonNull(task);
    Worker current = CURRENT.get();
    boolean own = current != null && current.executor() == this;
    if (!own || !current.keep(task)) {
      giveOrQueue(task, own);
    }
  }

  private void giveOrQueue(Runnable task, boolean own) {
    Worker woken;
    lock.lock();
    try {
      if (shutdown && !own) {
        throw new RejectedExecutionException("shut down");
      }
      woken = idle.pollLast();
      if (woken == null) {
        queue.add(task);
        queued = true;
      }
    } finally {
      lock.unlock();
    }
    if (woken != null) {
      woken.give(task);
    }
  }

  /** What runs already goes on, and so does what waits; what is idle ends. */
  @Override
  public void shutdown() {
    lock.lock();
    try {
      shutdown = true;
    } finally {
      lock.unlock();
    }
    workers.forEach(worker -> LockSupport.unpark(worker.thread));
  }

  /** The tasks that wait in the queue are given back; those kept for a thread are run. */
  @Override
  public List<Runnable> shutdownNow() {
    shutdown();
    lock.lock();
    try {
      List<Runnable> waiting = List.copyOf(queue);
      queue.clear();
      queued = false;
      return waiting;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean isShutdown() {
    return shutdown;
  }

  @Override
  public boolean isTerminated() {
    return alive.getCount() == 0;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    return alive.await(timeout, unit);
  }

  /** One thread. */
  private final class Worker implements Runnable {
    private final Thread thread;
    /** What the task under way submitted first. */
    private final AtomicReference<Runnable> next = new AtomicReference<>();
    /** What another thread gave to this one when it took it from the idle ones. */
    private volatile Runnable given;
    /** How many tasks it has taken; may overflow. */
    private int turns;

    Worker(ThreadFactory factory) {
      thread = factory.newThread(this);
    }

    private RunNextExecutor executor() {
      return RunNextExecutor.this;
    }

    private boolean keep(Runnable task) {
      return next.getOpaque() == null && next.compareAndSet(null, task);
    }

    private Runnable takeKept() {
      return next.getOpaque() == null ? null : next.getAndSet(null);
    }

    private void give(Runnable task) {
      given = task;
      LockSupport.unpark(thread);
    }

    @Override
    public void run() {
      CURRENT.set(this);
      try {
        for (Runnable task = take(); task != null; task = take()) {
          run(task);
        }
      } finally {
        alive.countDown();
      }
    }

    private void run(Runnable task) {
      try {
        task.run();
      } catch (Throwable thrown) {
        thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
      }
      Thread.interrupted(); // was meant for that task, if for any
    }

    /** The next task, as soon as there is one; null: there will be none. */
    private Runnable take() {
      Runnable kept = takeKept();
      if (++turns % TURNS_PER_LOOK == 0) {
        relieve();
      }
      if (kept != null && !queued) {
        return kept;
      }
      boolean lookout;
      lock.lock();
      try {
        if (kept != null) {
          queue.add(kept);
        }
        Runnable first = queue.poll();
        queued = !queue.isEmpty();
        if (first != null || shutdown) {
          return first;
        }
        lookout = idle.isEmpty();
        idle.addLast(this);
      } finally {
        lock.unlock();
      }
      return await(lookout);
    }

    private Runnable await(boolean lookout) {
      long lookAt = lookout ? System.nanoTime() + lookoutNanos : 0;
      while (true) {
        if (shutdown && leave()) {
          return null;
        }
        // Only now: whoever waits for the lock, as above, may have used up the permit to go on that came with the task.
        if (given != null) {
          Runnable task = given;
          given = null;
          return task;
        }
        if (!lookout) {
          LockSupport.park(RunNextExecutor.this);
        } else if (lookAt - System.nanoTime() > 0) {
          LockSupport.parkNanos(RunNextExecutor.this, lookAt - System.nanoTime());
        } else {
          relieve();
          lookAt = System.nanoTime() + lookoutNanos;
        }
        Thread.interrupted(); // else it would not park
      }
    }

    /** Whether it was idle until now, so that nobody gives it a task any more. */
    private boolean leave() {
      lock.lock();
      try {
        return idle.remove(this);
      } finally {
        lock.unlock();
      }
    }

    /** Takes what is kept for other threads, which may not get to it. */
    private void relieve() {
      for (Worker worker : workers) {
        Runnable kept = worker.takeKept();
        if (kept != null) {
          giveOrQueue(kept, true);
        }
      }
    }
  }
}
