package io.flotilla.mapreduce.plan;

import io.flotilla.mapreduce.JobRefusedException;

/** Says no. */
final class Refusals {
  private Refusals() {}

  static JobRefusedException invalid(String message) {
    return new JobRefusedException(JobRefusedException.Reason.INVALID, message);
  }
}
