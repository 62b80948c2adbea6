package io.flotilla.cli;

import io.flotilla.mapreduce.Counters;
import io.flotilla.terminal.Terminal;
import java.io.PrintWriter;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;

/** Shows how a job gets on, on standard error: a bar for each phase where that is a terminal, a line for each elsewhere. */
final class JobProgress implements AutoCloseable {
  private static final int STEPS = 1_000;
  private static final int STEPS_PER_PERCENT = 10;

  private final PrintWriter err;
  private final boolean bars;
  private String phase = "";
  private ProgressBar bar;
  private long begunNanos;
  private long doneBefore;

  static JobProgress of(PrintWriter err) {
    return new JobProgress(err, Terminal.isThere());
  }

  JobProgress(PrintWriter err, boolean bars) {
    this.err = err;
    this.bars = bars;
  }

  void show(JobView job) {
    JobView.Phase now = job.map().done() < job.map().tasks() ? job.map() : job.reduce();
    if (now.tasks() == 0) { // nobody knows yet
      return;
    }
    if (!now.name().equals(phase)) {
      finish();
      begin(now, job);
    }
    if (bar != null) {
      bar.setExtraMessage(" %d/%d tasks, %s".formatted(now.done(), now.tasks(), rate(job)));
      bar.stepTo(Math.round(now.fraction() * STEPS));
    }
  }

  private void begin(JobView.Phase now, JobView job) {
    phase = now.name();
    begunNanos = System.nanoTime();
    doneBefore = work(job);
    if (bars) {
      bar = Terminal.progressBar("%-6s".formatted(phase), STEPS).setUnit(" %", STEPS_PER_PERCENT).build();
    } else {
      err.println("%s: %s, %s".formatted(job.id(), phase, Quantities.count(now.tasks(), "task")));
      err.flush();
    }
  }

  /** What is counted in this phase: bytes read, or records reduced. */
  private long work(JobView job) {
    return job.counter(phase.equals("map") ? Counters.MAP_INPUT_BYTES : Counters.REDUCE_INPUT_RECORDS);
  }

  private String rate(JobView job) {
    double seconds = Math.max(1e-3, (System.nanoTime() - begunNanos) / 1e9);
    double perSecond = Math.max(0, work(job) - doneBefore) / seconds;
    return phase.equals("map") ? Quantities.bytes((long) perSecond) + "/s" : String.format(Locale.ROOT, "%,.0f records/s", perSecond);
  }

  private void finish() {
    if (bar != null) {
      bar.setExtraMessage(" done");
      bar.stepTo(STEPS);
      close();
    }
  }

  /** The bar stays where it is. */
  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
