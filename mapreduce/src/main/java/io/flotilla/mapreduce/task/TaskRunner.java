package io.flotilla.mapreduce.task;

import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Carries out tasks on one node: built-in jobs in this JVM, users' in JVMs of their own, so that nothing they do hurts the node.
 * Thread-safe; how many attempts run at once is the caller's affair.
 */
public interface TaskRunner extends AutoCloseable {
  /**
   * Starts an attempt.
   *
   * @param progress called from any thread, about once a second while the job's own code advances, so silence means that it hangs
   * @return never fails: a failure is an outcome. An attempt that does not advance for {@code flotilla.mapreduce.task-timeout} is one
   *     too, and says where it stood; so whoever waits for it need not watch the time
   */
  CompletionStage<TaskOutcome> run(TaskWork work, Consumer<TaskProgress> progress);

  /** Ends an attempt, even one that loops for ever; unless it has ended, its outcome is {@link TaskOutcome.Cancelled}. */
  void cancel(AttemptId id);

  /** The job has ended, however: its attempts are cancelled, its JVMs end, its files on this node go. */
  void jobEnded(String jobId);

  /** Where this node serves segments of map output, on {@code flotilla.mapreduce.shuffle.host}. */
  int shufflePort();

  /** Ends all attempts and removes their files. */
  @Override
  void close();
}
