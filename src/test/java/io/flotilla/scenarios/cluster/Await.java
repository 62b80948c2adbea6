package io.flotilla.scenarios.cluster;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for conditions that only questions can find out. */
public final class Await {
  /** Far beyond what anything here takes, even on a machine that is busy with other things. */
  public static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(50);

  private Await() {}

  /** Waits until it holds; what it throws counts as "not yet". */
  public static void until(String what, Callable<Boolean> holds) {
    value(what, () -> holds.call() ? Optional.of(true) : Optional.empty());
  }

  /** Waits until there is a value; an exception counts as none. */
  public static <T> T value(String what, Callable<Optional<T>> question) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    Exception last = null;
    while (System.nanoTime() - deadline < 0) {
      try {
        Optional<T> answer = question.call();
        if (answer.isPresent()) {
          return answer.get();
        }
        last = null;
      } catch (Exception e) {
        last = e;
      }
      LockSupport.parkNanos(BETWEEN_QUESTIONS.toNanos());
    }
    throw new AssertionError("waited %d s in vain: %s".formatted(LIMIT.toSeconds(), what), last);
  }

  /** Lets time pass. For what is itself a span of time, such as how long a process is stopped; never to wait for an event. */
  public static void pass(Duration time) {
    long deadline = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = deadline - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
