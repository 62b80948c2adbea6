package io.flotilla.mapreduce.task;

/** One execution of a task. Numbers are never used twice for one task, whoever coordinates. */
public record AttemptId(TaskId task, long attempt) {
  @Override
  public String toString() {
    return task + "-" + attempt;
  }
}
