package io.flotilla.mapreduce.coordinator;

import io.flotilla.mapreduce.task.AttemptId;
import io.flotilla.mapreduce.task.TaskProgress;
import io.flotilla.mapreduce.task.TaskWork;
import java.util.Optional;

/**
 * An attempt that occupies a slot.
 *
 * @param unconfirmed what the worker was told, until it says that it has begun
 * @param cancelled it is to end, and stands for its task no more
 */
record AttemptState(AttemptId id, String node, long startedMillis, boolean backup, Optional<TaskWork> unconfirmed,
    TaskProgress progress, boolean cancelled) {
  AttemptState withCancelled() {
    return new AttemptState(id, node, startedMillis, backup, unconfirmed, progress, true);
  }

  AttemptState withProgress(TaskProgress latest) {
    return new AttemptState(id, node, startedMillis, backup, Optional.empty(), latest, cancelled);
  }
}
