package io.flotilla.simulation.kernel;

import com.typesafe.config.Config;
import java.util.PriorityQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.function.LongUnaryOperator;
import org.apache.pekko.actor.AbstractScheduler;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.event.LoggingAdapter;
import scala.concurrent.ExecutionContext;
import scala.concurrent.duration.FiniteDuration;

/** The scheduler of an actor system whose time passes only when it is told to. What is due at the same moment runs in the order asked. */
public final class VirtualScheduler extends AbstractScheduler {
  /** Cancelled timers stay until their time comes, unless there are so many and they are most of what is there. */
  private static final int MANY = 1024;

  private final PriorityQueue<Timer> timers = new PriorityQueue<>();
  private final RunQueue queue = new RunQueue();
  private LongUnaryOperator delays = LongUnaryOperator.identity();
  private Executor blocking = queue::add;
  private long nowNanos;
  private long lastNumber;
  private int cancelled;

  /** Made by Pekko. */
  public VirtualScheduler(Config config, LoggingAdapter log, ThreadFactory threadFactory) {}

  private final class Timer implements Cancellable, Comparable<Timer> {
    private final long intervalNanos;
    private final Runnable action;
    private long atNanos;
    private long number;
    private boolean ended;

    Timer(long delayNanos, long intervalNanos, Runnable action) {
      this.intervalNanos = intervalNanos;
      this.action = action;
      atNanos = nowNanos + delayNanos;
      number = ++lastNumber;
    }

    @Override
    public boolean cancel() {
      if (ended) {
        return false;
      }
      ended = true;
      cancelled++;
      return true;
    }

    @Override
    public boolean isCancelled() {
      return ended;
    }

    @Override
    public int compareTo(Timer other) {
      int order = Long.compare(atNanos, other.atNanos);
      return order != 0 ? order : Long.compare(number, other.number);
    }

    void fire() {
      if (intervalNanos > 0) {
        atNanos += intervalNanos;
        number = ++lastNumber;
        timers.add(this);
      } else {
        ended = true;
      }
      action.run();
    }
  }

  @Override
  @Deprecated
  public synchronized Cancellable schedule(FiniteDuration delay, FiniteDuration interval, Runnable action, ExecutionContext executor) {
    return add(delay.toNanos(), interval.toNanos(), () -> executor.execute(action));
  }

  @Override
  public synchronized Cancellable scheduleOnce(FiniteDuration delay, Runnable action, ExecutionContext executor) {
    return add(delay.toNanos(), 0, () -> executor.execute(action));
  }

  private Timer add(long delayNanos, long intervalNanos, Runnable action) {
    Timer timer = new Timer(delays.applyAsLong(Math.max(0, delayNanos)), intervalNanos, action);
    if (cancelled > MANY && cancelled > timers.size() / 2) {
      timers.removeIf(Timer::isCancelled);
      cancelled = 0;
    }
    timers.add(timer);
    return timer;
  }

  @Override
  public double maxFrequency() {
    return 1_000_000;
  }

  RunQueue queue() {
    return queue;
  }

  long nowNanos() {
    return nowNanos;
  }

  /** What makes of an actor's delay a delay in true time: an actor's clock may run too fast or too slow. */
  void scaleDelays(LongUnaryOperator scale) {
    delays = scale;
  }

  /** Who runs what may block. */
  void blockIn(Executor executor) {
    blocking = executor;
  }

  void runBlocking(Runnable work) {
    blocking.execute(work);
  }

  /** Runs it in true time. */
  void after(long delayNanos, Runnable action) {
    timers.add(new Timer(delayNanos, 0, action));
  }

  /** Lets time pass up to the next timer, if that is due by then, and fires it. */
  boolean fireNext(long untilNanos) {
    while (!timers.isEmpty() && timers.peek().ended) {
      timers.remove();
      cancelled--;
    }
    if (timers.isEmpty() || timers.peek().atNanos > untilNanos) {
      return false;
    }
    Timer timer = timers.remove();
    nowNanos = Math.max(nowNanos, timer.atNanos);
    timer.fire();
    return true;
  }

  void advanceTo(long nanos) {
    nowNanos = Math.max(nowNanos, nanos);
  }

  /** A new beginning: time zero, nothing to come. */
  void reset() {
    timers.clear();
    delays = LongUnaryOperator.identity();
    nowNanos = 0;
    lastNumber = 0;
    cancelled = 0;
  }
}
