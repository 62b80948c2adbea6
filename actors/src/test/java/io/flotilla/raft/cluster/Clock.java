package io.flotilla.raft.cluster;

import java.time.Duration;

/** A replica's own clock: begins anywhere, and runs too fast or too slow by a bounded factor. */
record Clock(Agenda agenda, long offsetNanos, double rate) {
  long nanos() {
    return offsetNanos + (long) (agenda.nowNanos() * rate);
  }

  /** How long this clock takes, in true time, to advance by that much. */
  Duration delay(Duration local) {
    return Duration.ofNanos((long) (local.toNanos() / rate));
  }
}
