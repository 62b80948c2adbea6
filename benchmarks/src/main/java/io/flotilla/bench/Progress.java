package io.flotilla.bench;

import java.io.Console;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Waits for time to pass, and shows it on standard error when that is a terminal. */
final class Progress {
  private static final long STEP_MILLIS = 250;
  private final boolean shown;
  /** Never counted down: waiting on it is how time is let pass, and an interrupt ends that. */
  private final CountDownLatch never = new CountDownLatch(1);

  // Error Prone expects JDK 22's console, which was never null; JDK 25's is again, without a terminal.
  @SuppressWarnings("SystemConsoleNull")
  Progress(boolean wanted) {
    Console console = System.console();
    this.shown = wanted && console != null && console.isTerminal();
  }

  void pass(String what, Duration duration, Meter meter) throws InterruptedException {
    if (!shown) {
      never.await(duration.toMillis(), TimeUnit.MILLISECONDS);
      return;
    }
    try (ProgressBar bar = new ProgressBarBuilder().setTaskName(what).setInitialMax(duration.toMillis()).hideEta()
        .setStyle(ProgressBarStyle.ASCII).clearDisplayOnFinish().build()) {
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
