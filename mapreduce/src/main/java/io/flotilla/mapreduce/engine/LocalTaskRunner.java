package io.flotilla.mapreduce.engine;

import io.flotilla.mapreduce.jobs.Jobs;
import io.flotilla.mapreduce.shuffle.SegmentServer;
import io.flotilla.mapreduce.task.AttemptId;
import io.flotilla.mapreduce.task.TaskOutcome;
import io.flotilla.mapreduce.task.TaskProgress;
import io.flotilla.mapreduce.task.TaskRunner;
import io.flotilla.mapreduce.task.TaskWork;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs built-in jobs' tasks on threads of this JVM, one each, and serves map output of whatever JVM left it in the folder. An
 * attempt that stands still for {@code flotilla.mapreduce.task-timeout} is given up: its outcome is told, its thread interrupted.
 */
public final class LocalTaskRunner implements TaskRunner {
  private static final Logger LOG = LoggerFactory.getLogger(LocalTaskRunner.class);
  private static final Duration TICK = Duration.ofSeconds(1);

  private final TaskEnvironment environment;
  private final TaskExecution execution;
  private final SegmentServer server;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("mapreduce-clock").factory());
  private final Map<AttemptId, Attempt> attempts = new ConcurrentHashMap<>();

  private LocalTaskRunner(TaskEnvironment environment, TaskExecution.JobLoader loader, SegmentServer server) {
    this.environment = environment;
    this.server = server;
    this.execution = new TaskExecution(environment, loader);
    long tickMillis = Math.min(TICK.toMillis(), Math.max(1, environment.settings().taskTimeout().toMillis() / 4));
    var _ = clock.scheduleWithFixedDelay(this::tick, tickMillis, tickMillis, TimeUnit.MILLISECONDS);
  }

  /**
   * Removes what an earlier run of this node left, and begins to serve.
   *
   * @throws IOException the folder cannot be written, or the shuffle's host is not this machine's
   */
  public static LocalTaskRunner start(TaskEnvironment environment) throws IOException {
    return start(environment, Jobs::builtIn);
  }

  /** Likewise, with jobs from elsewhere, whose code is trusted not to hurt this JVM. */
  static LocalTaskRunner start(TaskEnvironment environment, TaskExecution.JobLoader loader) throws IOException {
    environment.folder().clear();
    return new LocalTaskRunner(environment, loader, SegmentServer.start(environment.folder(), environment.settings().shuffle().host()));
  }

  @Override
  public CompletionStage<TaskOutcome> run(TaskWork work, Consumer<TaskProgress> progress) {
    Attempt attempt = new Attempt(work, new AttemptControl(progress));
    attempts.put(work.id(), attempt);
    attempt.thread.start();
    return attempt.outcome;
  }

  @Override
  public void cancel(AttemptId id) {
    Attempt attempt = attempts.get(id);
    if (attempt != null) {
      attempt.end(new TaskOutcome.Cancelled());
    }
  }

  @Override
  public void jobEnded(String jobId) {
    List<Attempt> ofJob = attempts.values().stream().filter(attempt -> attempt.work.id().task().jobId().equals(jobId)).toList();
    ofJob.forEach(attempt -> attempt.end(new TaskOutcome.Cancelled()));
    CompletableFuture<?>[] threads = ofJob.stream().map(attempt -> attempt.left).toArray(CompletableFuture[]::new);
    // Not before they have left: they would write new ones.
    var _ = CompletableFuture.allOf(threads).thenRunAsync(() -> removeFiles(jobId));
  }

  @Override
  public int shufflePort() {
    return server.port();
  }

  @Override
  public void close() {
    clock.shutdownNow();
    attempts.values().forEach(attempt -> attempt.end(new TaskOutcome.Cancelled()));
    try {
      server.close();
      environment.folder().clear();
    } catch (IOException e) {
      LOG.warn("What tasks left in {} stays until this node starts again", environment.folder().root(), e);
    }
  }

  private void removeFiles(String jobId) {
    try {
      environment.folder().removeJob(jobId);
    } catch (IOException e) {
      LOG.warn("Files of job {} stay in {} until this node starts again", jobId, environment.folder().root(), e);
    }
  }

  private void tick() {
    attempts.values().forEach(Attempt::tick);
  }

  /** One that runs. */
  private final class Attempt {
    private final TaskWork work;
    private final AttemptControl control;
    private final Thread thread;
    private final CompletableFuture<TaskOutcome> outcome = new CompletableFuture<>();
    /** Completes when the thread does nothing more, which may be later than the outcome, or never. */
    private final CompletableFuture<Void> left = new CompletableFuture<>();
    /** On the clock's thread. */
    private long stillSinceNanos = System.nanoTime();

    Attempt(TaskWork work, AttemptControl control) {
      this.work = work;
      this.control = control;
      this.thread = Thread.ofPlatform().daemon().name("mapreduce-" + work.id()).unstarted(this::run);
    }

    private void run() {
      try {
        outcome.complete(execution.run(work, control));
      } finally {
        attempts.remove(work.id(), this);
        left.complete(null);
      }
    }

    private void end(TaskOutcome with) {
      control.cancel();
      outcome.complete(with);
      thread.interrupt();
    }

    private void tick() {
      if (control.tick()) {
        stillSinceNanos = System.nanoTime();
      } else if (System.nanoTime() - stillSinceNanos > environment.settings().taskTimeout().toNanos() && !outcome.isDone()) {
        TaskOutcome.Failed failed = new TaskOutcome.Failed("no record was finished for %d ms (flotilla.mapreduce.task-timeout); it stood at %s"
            .formatted(environment.settings().taskTimeout().toMillis(), where()), control.position(), false);
        end(failed);
      }
    }

    private String where() {
      StackTraceElement[] frames = thread.getStackTrace();
      return frames.length == 0 ? "its end" : frames[0].toString();
    }
  }
}
