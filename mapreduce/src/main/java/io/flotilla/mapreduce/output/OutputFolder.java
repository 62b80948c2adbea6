package io.flotilla.mapreduce.output;

import io.flotilla.mapreduce.JobRefusedException;
import io.flotilla.mapreduce.files.Folders;
import io.flotilla.mapreduce.task.AttemptId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A folder of parts. While the job runs, {@code _temporary/JOB} in it holds what attempts are writing and says whose the folder is;
 * {@code _SUCCESS} says that it is whole.
 */
public record OutputFolder(Path path) implements JobOutput {
  private static final String TEMPORARY = "_temporary";
  private static final String SUCCESS = "_SUCCESS";

  Path part(int number) {
    return path.resolve("part-r-%05d".formatted(number));
  }

  Path temporaryPart(AttemptId attempt) {
    return owned(attempt.task().jobId()).resolve("part-r-%05d-%d".formatted(attempt.task().number(), attempt.attempt()));
  }

  @Override
  public void requireAbsent() throws JobRefusedException {
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new JobRefusedException(JobRefusedException.Reason.CONFLICT,
          "the output %s exists already; name a folder that does not".formatted(path));
    }
  }

  @Override
  public void prepare(String jobId) throws JobRefusedException, IOException {
    if (isOurs(jobId)) {
      return;
    }
    requireAbsent();
    if (path.getParent() != null) {
      Files.createDirectories(path.getParent());
    }
    // Born with its owner's name in it and then renamed: a crash in between leaves no folder that nobody owns.
    Path nascent = path.resolveSibling(".%s.%s".formatted(path.getFileName(), jobId));
    Files.createDirectories(nascent.resolve(TEMPORARY).resolve(jobId));
    try {
      Files.move(nascent, path, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      Folders.remove(nascent);
      if (!isOurs(jobId)) {
        requireAbsent();
        throw e;
      }
    }
  }

  @Override
  public void commit(String jobId) throws IOException {
    if (!isOurs(jobId)) {
      if (Files.exists(path.resolve(SUCCESS))) {
        return;
      }
      throw new IOException("the output %s is no longer this job's".formatted(path));
    }
    Path success = path.resolve(SUCCESS);
    if (!Files.exists(success)) {
      Files.createFile(success);
    }
    sync(path);
    Folders.remove(path.resolve(TEMPORARY));
  }

  @Override
  public void abort(String jobId) throws IOException {
    Folders.remove(path.resolveSibling(".%s.%s".formatted(path.getFileName(), jobId)));
    if (isOurs(jobId)) {
      Folders.removeLast(path, owned(jobId));
    }
  }

  private boolean isOurs(String jobId) {
    return Files.isDirectory(owned(jobId));
  }

  private Path owned(String jobId) {
    return path.resolve(TEMPORARY).resolve(jobId);
  }

  /** Makes a folder's entries durable. */
  static void sync(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
