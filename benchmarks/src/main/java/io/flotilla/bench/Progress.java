package io.flotilla.bench;

import io.flotilla.terminal.Terminal;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ProgressBar;

/** Waits for time to pass, and shows it on standard error when that is a terminal. */
final class Progress {
  private static final long STEP_MILLIS = 250;
  private final boolean shown;
  /** Never counted down: waiting on it is how time is let pass, and an interrupt ends that. */
  private final CountDownLatch never = new CountDownLatch(1);

  Progress(boolean wanted) {
    this.shown = wanted && Terminal.isThere();
  }

  void pass(String what, Duration duration, Meter meter) throws InterruptedException {
    if (!shown) {
      never.await(duration.toMillis(), TimeUnit.MILLISECONDS);
      return;
    }
    try (ProgressBar bar = Terminal.progressBar(what, duration.toMillis()).hideEta().clearDisplayOnFinish().build()) {
      long before = meter.successes();
      for (long passed = 0; passed < duration.toMillis(); passed += STEP_MILLIS) {
        never.await(Math.min(STEP_MILLIS, duration.toMillis() - passed), TimeUnit.MILLISECONDS);
        long successes = meter.successes();
        bar.setExtraMessage("%,d op/s".formatted((successes - before) * 1000 / STEP_MILLIS));
        before = successes;
        bar.stepBy(STEP_MILLIS);
      }
    }
  }
}
