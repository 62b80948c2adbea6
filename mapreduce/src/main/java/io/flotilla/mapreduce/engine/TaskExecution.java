package io.flotilla.mapreduce.engine;

import io.flotilla.mapreduce.JobRefusedException;
import io.flotilla.mapreduce.JobSpec;
import io.flotilla.mapreduce.api.Job;
import io.flotilla.mapreduce.input.OversizedRecordException;
import io.flotilla.mapreduce.sort.CorruptSegmentException;
import io.flotilla.mapreduce.task.RecordPosition;
import io.flotilla.mapreduce.task.TaskOutcome;
import io.flotilla.mapreduce.task.TaskWork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out attempts, each on the caller's thread: an outcome for whatever happens. Thread-safe. */
public final class TaskExecution {
  private static final Logger LOG = LoggerFactory.getLogger(TaskExecution.class);

  private final TaskEnvironment environment;
  private final JobLoader loader;

  /** Makes the job of a task, anew for each attempt. */
  @FunctionalInterface
  public interface JobLoader {
    Job<?, ?, ?, ?, ?, ?> load(JobSpec spec) throws JobRefusedException;
  }

  public TaskExecution(TaskEnvironment environment, JobLoader loader) {
    this.environment = environment;
    this.loader = loader;
  }

  /** Runs an attempt to its end. Of a map task that is done, the output stays; all other files are gone. */
  public TaskOutcome run(TaskWork work, AttemptControl control) {
    TaskOutcome outcome = attempt(work, control);
    if (!(outcome instanceof TaskOutcome.MapDone)) {
      return withoutFiles(work, outcome);
    }
    return outcome;
  }

  private TaskOutcome attempt(TaskWork work, AttemptControl control) {
    try {
      Job<?, ?, ?, ?, ?, ?> job = loader.load(work.spec());
      return switch (work) {
        case TaskWork.MapWork map -> new MapTask<>(environment, job, map, control).run();
        case TaskWork.ReduceWork reduce -> new ReduceTask<>(environment, job, reduce, control).run();
      };
    } catch (Throwable e) {   // the job's code may throw anything, a stack overflow too
      return control.isCancelled() ? new TaskOutcome.Cancelled() : outcomeOf(e, control);
    }
  }

  private static TaskOutcome outcomeOf(Throwable thrown, AttemptControl control) {
    return switch (thrown) {
      case JobRefusedException e -> new TaskOutcome.Failed(e.getMessage(), Optional.empty(), true);
      case JobFailedException e -> new TaskOutcome.Failed(e.getMessage(), e.position(), e.isLasting());
      case OversizedRecordException e -> new TaskOutcome.Failed(e.getMessage(), Optional.of(e.position()), true);
      case UncheckedIOException e -> outcomeOf(e.getCause(), control);
      case NoSuchFileException e -> failed("there is no file %s any more".formatted(e.getFile()), true);
      case AccessDeniedException e -> failed("%s cannot be accessed".formatted(e.getFile()), true);
      case CorruptSegmentException e -> failed(e.getMessage(), false);
      case IOException e -> failed(e.toString(), false);
      default -> new TaskOutcome.Failed(JobFailedException.describe(thrown), control.position(), false);
    };
  }

  private static TaskOutcome failed(String reason, boolean lasting) {
    return new TaskOutcome.Failed(reason, Optional.<RecordPosition>empty(), lasting);
  }

  private TaskOutcome withoutFiles(TaskWork work, TaskOutcome outcome) {
    try {
      environment.folder().removeAttempt(work.id());
      return outcome;
    } catch (IOException e) {
      // The job's end removes them as well; what became of the attempt matters more.
      LOG.warn("Files of {} stay for now", work.id(), e);
      return outcome;
    }
  }
}
