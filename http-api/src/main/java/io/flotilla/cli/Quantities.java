package io.flotilla.cli;

import java.time.Duration;
import java.util.Locale;

/** Numbers for people. */
final class Quantities {
  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB"};
  private static final double STEP = 1000;

  private Quantities() {}

  static String bytes(long bytes) {
    double left = (double) bytes;
    int unit = 0;
    while (left >= STEP && unit < UNITS.length - 1) {
      left /= STEP;
      unit++;
    }
    return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", left, UNITS[unit]);
  }

  static String count(long count, String one, String more) {
    return String.format(Locale.ROOT, "%,d %s", count, count == 1 ? one : more);
  }

  static String count(long count, String noun) {
    return count(count, noun, noun + "s");
  }

  /** Seconds with a decimal; from a minute on, minutes and seconds. */
  static String time(Duration time) {
    return time.toMinutes() == 0 ? String.format(Locale.ROOT, "%.1f s", time.toMillis() / STEP)
        : String.format(Locale.ROOT, "%d:%02d min", time.toMinutes(), time.toSecondsPart());
  }
}
