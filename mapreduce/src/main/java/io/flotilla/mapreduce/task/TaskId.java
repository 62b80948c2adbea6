package io.flotilla.mapreduce.task;

/** One task of a job; {@code number} counts from 0 within its phase and, of a reduce task, is that of its partition. */
public record TaskId(String jobId, Phase phase, int number) {
  /** The two halves of a job; reduce tasks begin when all map tasks are done. */
  public enum Phase {
    MAP, REDUCE
  }

  @Override
  public String toString() {
    return "%s/%s-%05d".formatted(jobId, phase == Phase.MAP ? "m" : "r", number);
  }
}
