package io.flotilla.mapreduce.engine;

import io.flotilla.mapreduce.Counters;
import io.flotilla.mapreduce.task.RecordPosition;
import io.flotilla.mapreduce.task.TaskProgress;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Between an attempt's thread, which beats at every record, and whoever watches it from another. A beat costs one volatile read
 * unless there is something to do: to report, because a second has passed, or to end.
 */
public final class AttemptControl {
  private enum Signal {
    NONE, REPORT, CANCEL
  }

  private final Consumer<TaskProgress> progress;
  private volatile Signal signal = Signal.NONE;
  private volatile Source source = new Source() {};
  private double fraction;

  /** What the attempt can tell of itself. */
  interface Source {
    /** From 0 to 1; asked by the attempt's own thread. */
    default double fraction() {
      return 0;
    }

    default Counters counters() {
      return Counters.NONE;
    }

    /** The record at hand; asked by other threads as well, so it may be a moment old. */
    default Optional<RecordPosition> position() {
      return Optional.empty();
    }
  }

  /** Control of one attempt that reports to {@code progress}, on the attempt's thread. */
  public AttemptControl(Consumer<TaskProgress> progress) {
    this.progress = progress;
  }

  /**
   * Asks for a report at the next beat. For a clock to call once a second.
   *
   * @return whether there was a beat since the last call
   */
  public synchronized boolean tick() {
    boolean beaten = signal == Signal.NONE;
    if (beaten) {
      signal = Signal.REPORT;
    }
    return beaten;
  }

  /** Ends the attempt at its next beat; a thread that waits has to be interrupted as well. */
  public synchronized void cancel() {
    signal = Signal.CANCEL;
  }

  public boolean isCancelled() {
    return signal == Signal.CANCEL;
  }

  /** The record that is being processed. */
  public Optional<RecordPosition> position() {
    return source.position();
  }

  void begin(Source newSource) {
    source = newSource;
  }

  /**
   * A sign of life.
   *
   * @throws AttemptCancelledException somebody cancelled
   */
  void beat() {
    if (signal != Signal.NONE) {
      onSignal();
    }
  }

  private void onSignal() {
    synchronized (this) {
      if (signal == Signal.CANCEL) {
        throw new AttemptCancelledException();
      }
      signal = Signal.NONE;
    }
    fraction = Math.clamp(source.fraction(), fraction, 1);
    progress.accept(new TaskProgress(fraction, source.counters(), source.position()));
  }
}
