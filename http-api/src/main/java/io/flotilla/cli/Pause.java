package io.flotilla.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Between two looks at something that can only be asked. */
final class Pause {
  private Pause() {}

  /** Lets time pass; an interrupt ends that. */
  static void of(Duration time) throws InterruptedException {
    if (new CountDownLatch(1).await(time.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new IllegalStateException("nobody counts down");
    }
  }
}
