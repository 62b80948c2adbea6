package io.flotilla.mapreduce.files;

import io.flotilla.mapreduce.task.AttemptId;
import io.flotilla.mapreduce.task.TaskId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Where one node keeps what its tasks make: a folder for each job, in it one for each attempt. */
public record WorkFolder(Path root) {
  private static final Pattern JOB_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

  /** A place for an attempt's files, made if it is not there. */
  public Path scratch(AttemptId attempt) throws IOException {
    return Files.createDirectories(attemptFolder(attempt));
  }

  /** The whole output of a map attempt, once it is done. */
  public Path mapOutput(AttemptId attempt) {
    return attemptFolder(attempt).resolve("output");
  }

  public void removeAttempt(AttemptId attempt) throws IOException {
    Folders.remove(attemptFolder(attempt));
  }

  public void removeJob(String jobId) throws IOException {
    Folders.remove(jobFolder(jobId));
  }

  /** Removes what an earlier life of this node left, and makes the folder if it is not there. */
  public void clear() throws IOException {
    Folders.remove(root);
    Files.createDirectories(root);
  }

  private Path attemptFolder(AttemptId attempt) {
    TaskId task = attempt.task();
    String phase = task.phase() == TaskId.Phase.MAP ? "m" : "r";
    return jobFolder(task.jobId()).resolve("%s-%05d-%d".formatted(phase, task.number(), attempt.attempt()));
  }

  /** Ids come over the network too, so one that would lead elsewhere is refused. */
  private Path jobFolder(String jobId) {
    if (!JOB_ID.matcher(jobId).matches()) {
      throw new IllegalArgumentException("\"%s\" is no job's id".formatted(jobId));
    }
    return root.resolve(jobId);
  }
}
