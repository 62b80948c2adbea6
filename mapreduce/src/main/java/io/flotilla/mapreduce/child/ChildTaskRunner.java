package io.flotilla.mapreduce.child;

import com.typesafe.config.Config;
import io.flotilla.kv.KvClient;
import io.flotilla.mapreduce.InputRange;
import io.flotilla.mapreduce.JobProbe;
import io.flotilla.mapreduce.JobRefusedException;
import io.flotilla.mapreduce.JobSpec;
import io.flotilla.mapreduce.engine.TaskEnvironment;
import io.flotilla.mapreduce.files.Folders;
import io.flotilla.mapreduce.task.AttemptId;
import io.flotilla.mapreduce.task.RecordPosition;
import io.flotilla.mapreduce.task.TaskOutcome;
import io.flotilla.mapreduce.task.TaskProgress;
import io.flotilla.mapreduce.task.TaskRunner;
import io.flotilla.mapreduce.task.TaskWork;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the tasks of users' jobs in children, and leaves those of built-in jobs to another runner. Whatever the job's code does, it
 * does to its child: that ends, the attempt has failed, and the next one gets a new child.
 */
public final class ChildTaskRunner implements TaskRunner {
  private static final Logger LOG = LoggerFactory.getLogger(ChildTaskRunner.class);
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(500);
  private static final Duration LAST_WORK = Duration.ofSeconds(5);

  private final TaskRunner builtIn;
  private final KvClient store;
  private final TaskEnvironment environment;
  private final ChildSettings settings;
  private final Map<String, JobChildren> jobs = new ConcurrentHashMap<>();
  private final Map<AttemptId, Attempt> attempts = new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("child-task").factory());
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("child-clock").factory());

  /**
   * A runner. Removes what an earlier life of this node left.
   *
   * @param builtIn for jobs without a jar; serves the map output of children as well, as they leave it in the folder of {@code
   *     environment}
   * @param folder of this node's, for the jars of jobs and what they print
   * @throws IllegalArgumentException a setting is wrong: names it
   * @throws IOException the folder cannot be written
   */
  public ChildTaskRunner(TaskRunner builtIn, KvClient store, TaskEnvironment environment, Config config, Path folder) throws IOException {
    this.builtIn = builtIn;
    this.store = store;
    this.environment = environment;
    this.settings = ChildSettings.from(config, folder, environment);
    Folders.remove(folder.resolve(JobChildren.RUNNING));
    var _ = clock.scheduleWithFixedDelay(() -> jobs.values().forEach(JobChildren::look), LOOK_INTERVAL.toMillis(), LOOK_INTERVAL.toMillis(),
        TimeUnit.MILLISECONDS);
  }

  @Override
  public CompletionStage<TaskOutcome> run(TaskWork work, Consumer<TaskProgress> progress) {
    if (work.spec().jar().isEmpty()) {
      return builtIn.run(work, progress);
    }
    Attempt attempt = new Attempt(work, progress);
    attempts.put(work.id(), attempt);
    threads.execute(attempt::carryOut);
    return attempt.outcome;
  }

  @Override
  public void cancel(AttemptId id) {
    Attempt attempt = attempts.get(id);
    if (attempt == null) {
      builtIn.cancel(id);
    } else {
      attempt.cancel();
    }
  }

  @Override
  public void jobEnded(String jobId) {
    attempts.values().stream().filter(attempt -> attempt.work.id().task().jobId().equals(jobId)).forEach(Attempt::cancel);
    JobChildren children = jobs.remove(jobId);
    if (children == null) {
      builtIn.jobEnded(jobId);
    } else {
      threads.execute(() -> {
        end(children);
        builtIn.jobEnded(jobId); // its files go only now, as children would have written new ones
      });
    }
  }

  private static void end(JobChildren children) {
    try {
      children.end();
    } catch (IOException e) {
      LOG.warn("files of a job that has ended stay behind: {}", e.toString());
    }
  }

  @Override
  public int shufflePort() {
    return builtIn.shufflePort();
  }

  @Override
  public void close() {
    clock.shutdownNow();
    attempts.values().forEach(Attempt::cancel);
    jobs.values().forEach(ChildTaskRunner::end);
    jobs.clear();
    threads.shutdown();
    try { // what jobs that ended before have left is being removed
      if (!threads.awaitTermination(LAST_WORK.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("children, or files of theirs, are left");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    builtIn.close();
  }

  /** Asks the classes of users' jobs in children, and leaves the built-in ones to another. */
  public JobProbe probe(JobProbe builtInProbe) {
    return new JobProbe() {
      @Override
      public Traits traits(JobSpec spec) throws JobRefusedException {
        return spec.jar().isEmpty() ? builtInProbe.traits(spec) : ask(spec, child -> child.traits(spec));
      }

      @Override
      public List<byte[]> sampleKeys(JobSpec spec, List<InputRange> ranges, int recordsPerRange) throws JobRefusedException {
        return spec.jar().isEmpty() ? builtInProbe.sampleKeys(spec, ranges, recordsPerRange)
            : ask(spec, child -> child.sampleKeys(spec, ranges, recordsPerRange));
      }
    };
  }

  private interface Question<T> {
    T ask(Child child) throws Child.GoneException, JobRefusedException;
  }

  /** The job has no id yet, so the child that is asked is of a job of its own. */
  private <T> T ask(JobSpec spec, Question<T> question) throws JobRefusedException {
    String id = "plan-" + UUID.randomUUID();
    JobChildren children = children(id);
    try {
      return question.ask(children.take(spec));
    } catch (Child.GoneException gone) {
      throw new JobRefusedException(JobRefusedException.Reason.INVALID, children.withLog("job %s: %s".formatted(spec.job(), gone.getMessage())));
    } catch (IOException e) {
      throw new JobRefusedException(JobRefusedException.Reason.INVALID, "no virtual machine for the code of job %s: %s".formatted(spec.job(), e));
    } finally {
      jobs.remove(id);
      end(children);
    }
  }

  private JobChildren children(String jobId) {
    return jobs.computeIfAbsent(jobId, id -> new JobChildren(settings, id, store, threads));
  }

  /** One attempt, from taking a child to what came of it. */
  private final class Attempt {
    private final TaskWork work;
    private final Consumer<TaskProgress> progress;
    private final CompletableFuture<TaskOutcome> outcome = new CompletableFuture<>();
    private final AtomicReference<Child> child = new AtomicReference<>();
    private volatile TaskProgress latest = TaskProgress.NONE;
    private volatile boolean cancelled;

    Attempt(TaskWork work, Consumer<TaskProgress> progress) {
      this.work = work;
      this.progress = progress;
    }

    /** On a thread of its own. */
    void carryOut() {
      TaskOutcome ending;
      try {
        ending = run(children(work.id().task().jobId()));
      } catch (RuntimeException bug) {
        LOG.error("{} failed inside the node", work.id(), bug);
        ending = failed("an error inside the node, which its log tells of: " + bug, false);
      }
      attempts.remove(work.id());
      outcome.complete(cancelled ? new TaskOutcome.Cancelled() : ending);
    }

    private TaskOutcome run(JobChildren children) {
      try {
        Child taken = children.take(work.spec());
        child.set(taken);
        TaskOutcome ending = cancelled ? new TaskOutcome.Cancelled() : taken.run(work, this::onProgress);
        if (ending instanceof TaskOutcome.MapDone || ending instanceof TaskOutcome.ReduceDone) {
          children.giveBack(taken);
          return ending;
        }
        children.discard(taken, "was ended, as its attempt was over");
        return ending instanceof TaskOutcome.Failed failure
            ? new TaskOutcome.Failed(children.withLog(withHeap(failure.reason())), failure.at(), failure.lasting()) : ending;
      } catch (Child.GoneException gone) {
        Optional.ofNullable(child.get()).ifPresent(taken -> children.discard(taken, "is gone"));
        removeFiles();
        return failed(children.withLog(gone.getMessage()), false);
      } catch (JobRefusedException refused) {
        return failed(refused.getMessage(), true);
      } catch (IOException e) {
        return failed("no virtual machine for the job's code: " + e, false);
      }
    }

    /** A child that ends on its own leaves none of an attempt that failed. */
    private void removeFiles() {
      try {
        environment.folder().removeAttempt(work.id());
      } catch (IOException e) {
        LOG.warn("files of {} stay until its job ends: {}", work.id(), e.toString());
      }
    }

    private String withHeap(String reason) {
      return reason.contains("OutOfMemoryError")
          ? "%s; it had flotilla.mapreduce.child.heap = %s bytes".formatted(reason, settings.heap()) : reason;
    }

    private void onProgress(TaskProgress now) {
      latest = now;
      progress.accept(now);
    }

    private TaskOutcome.Failed failed(String reason, boolean lasting) {
      Optional<RecordPosition> at = latest.at();
      return new TaskOutcome.Failed(reason, at, lasting);
    }

    void cancel() {
      cancelled = true;
      Optional.ofNullable(child.get()).ifPresent(taken -> taken.kill("was ended, as its attempt was cancelled"));
    }
  }
}
