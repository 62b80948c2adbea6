package io.flotilla.node.dispatch;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
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
 * <p>Tasks should not block. Should one do so, a thread that has nothing to do, if there is one, finds what is kept for the blocked
 * thread when it looks out the next time. What a task throws goes to its thread's handler of uncaught exceptions; the thread goes on.
 */
final class RunNextExecutor extends AbstractExecutorService {
  /** Often enough for what should not happen, seldom enough to cost nothing. */
  static final Duration LOOKOUT = Duration.ofMillis(20);

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
   * @param lookout how often an idle thread looks whether busy ones keep tasks that they do not get to
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

  /** What runs already goes on, and so does what waits. */
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

    Worker(ThreadFactory factory) {
      thread = factory.newThread(this);
    }

    private RunNextExecutor executor() {
      return RunNextExecutor.this;
    }

    private boolean keep(Runnable task) {
      return next.getPlain() == null && next.compareAndSet(null, task);
    }

    private Runnable takeKept() {
      return next.getPlain() == null ? null : next.getAndSet(null);
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
    }

    /** The next task, as soon as there is one; null: there will be none. */
    private Runnable take() {
      Runnable kept = takeKept();
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
      while (given == null) {
        if (shutdown && leave()) {
          return null;
        }
        if (lookout) {
          LockSupport.parkNanos(RunNextExecutor.this, lookoutNanos);
          relieve();
        } else {
          LockSupport.park(RunNextExecutor.this);
        }
        Thread.interrupted(); // else it would not park
      }
      Runnable task = given;
      given = null;
      return task;
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

    /** Takes what is kept for threads that do not get to it. */
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
