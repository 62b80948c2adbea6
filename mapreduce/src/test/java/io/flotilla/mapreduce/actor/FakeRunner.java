package io.flotilla.mapreduce.actor;

import io.flotilla.mapreduce.Counters;
import io.flotilla.mapreduce.task.AttemptId;
import io.flotilla.mapreduce.task.TaskOutcome;
import io.flotilla.mapreduce.task.TaskProgress;
import io.flotilla.mapreduce.task.TaskRunner;
import io.flotilla.mapreduce.task.TaskWork;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.function.Function;

/** Runs what the test wants run: at once by {@code play}, or, where that says nothing, when the test says so. */
final class FakeRunner implements TaskRunner {
  final BlockingQueue<TaskWork> started = new LinkedBlockingQueue<>();
  final BlockingQueue<String> ended = new LinkedBlockingQueue<>();
  private final Map<AttemptId, CompletableFuture<TaskOutcome>> running = new ConcurrentHashMap<>();
  private final Map<AttemptId, Consumer<TaskProgress>> progress = new ConcurrentHashMap<>();
  private volatile Function<TaskWork, Optional<TaskOutcome>> play = _ -> Optional.empty();

  void play(Function<TaskWork, Optional<TaskOutcome>> next) {
    play = next;
  }

  /** What a task that goes well gives. */
  static Optional<TaskOutcome> done(TaskWork work) {
    return Optional.of(switch (work) {
      case TaskWork.MapWork map -> new TaskOutcome.MapDone(Counters.NONE, Collections.nCopies(map.reducers(), 1L));
      case TaskWork.ReduceWork _ -> new TaskOutcome.ReduceDone(Counters.NONE);
    });
  }

  void end(AttemptId attempt, TaskOutcome outcome) {
    running.get(attempt).complete(outcome);
  }

  void tellProgress(AttemptId attempt, TaskProgress how) {
    progress.get(attempt).accept(how);
  }

  @Override
  public CompletionStage<TaskOutcome> run(TaskWork work, Consumer<TaskProgress> tell) {
    CompletableFuture<TaskOutcome> outcome = new CompletableFuture<>();
    running.put(work.id(), outcome);
    progress.put(work.id(), tell);
    started.add(work);
    play.apply(work).ifPresent(outcome::complete);
    return outcome;
  }

  @Override
  public void cancel(AttemptId id) {
    running.get(id).complete(new TaskOutcome.Cancelled());
  }

  @Override
  public void jobEnded(String jobId) {
    ended.add(jobId);
  }

  @Override
  public int shufflePort() {
    return 7000;
  }

  @Override
  public void close() {}
}
