package io.flotilla.mapreduce.coordinator;

import io.flotilla.mapreduce.registry.JobChange;
import io.flotilla.mapreduce.registry.Trouble;
import io.flotilla.mapreduce.registry.Verdict;
import io.flotilla.mapreduce.task.AttemptId;
import io.flotilla.mapreduce.task.RecordPosition;
import io.flotilla.mapreduce.task.TaskId;
import io.flotilla.mapreduce.task.TaskOutcome;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** When a failure is one too many, and when it is a record's fault (§4.6 of the paper). */
final class Failures {
  private Failures() {}

  static void onFailed(Draft draft, AttemptId attempt, String node, TaskOutcome.Failed failed) {
    TaskId task = attempt.task();
    if (failed.lasting()) {
      draft.decide(task.jobId(), Verdict.failed("%s failed on %s%s: %s".formatted(name(task), node, at(failed.at()), failed.reason())));
      return;
    }
    draft.change(new JobChange.AttemptFailed(attempt, node, failed.reason(), failed.at()));
    Trouble trouble = trouble(draft, task);
    Optional<RecordPosition> bad = failed.at().filter(position -> isBad(draft.settings, trouble, position));
    if (bad.isPresent()) {
      draft.change(new JobChange.RecordSkipped(task, bad.get()));
    } else if (trouble.failures() >= draft.settings.maxAttempts()) {
      draft.decide(task.jobId(), Verdict.failed("%s failed %d times, last on %s%s: %s".formatted(name(task),
          trouble.failures(), trouble.lastNode(), at(trouble.lastAt()), trouble.lastReason())));
    }
  }

  private static boolean isBad(SchedulerSettings settings, Trouble trouble, RecordPosition position) {
    return settings.badRecordAttempts() > 0 && trouble.badRecords().size() < settings.maxBadRecords()
        && !trouble.badRecords().containsKey(position)
        && trouble.failuresAt().getOrDefault(position, 0) >= settings.badRecordAttempts();
  }

  /** Else two nodes that cannot reach one another would make the same map tasks run for ever. */
  static void judgeLosses(Draft draft, List<AttemptId> lost, String reason) {
    lost.stream().map(AttemptId::task).filter(task -> trouble(draft, task).losses() >= draft.settings.maxLosses()).findFirst()
        .ifPresent(task -> draft.decide(task.jobId(), Verdict.failed("the output of %s could not be fetched %d times, last from %s: %s"
            .formatted(name(task), trouble(draft, task).losses(), trouble(draft, task).lastNode(), reason))));
  }

  private static Trouble trouble(Draft draft, TaskId task) {
    return draft.phase(task).map(phase -> phase.trouble(task.number())).orElse(Trouble.NONE);
  }

  private static String name(TaskId task) {
    return "%s task %d".formatted(task.phase().name().toLowerCase(Locale.ROOT), task.number());
  }

  private static String at(Optional<RecordPosition> position) {
    return position.map(at -> " at " + at).orElse("");
  }
}
