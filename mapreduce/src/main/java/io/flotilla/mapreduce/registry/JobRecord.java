package io.flotilla.mapreduce.registry;

import io.flotilla.mapreduce.JobSpec;
import java.util.Optional;

/**
 * One job, as far as it must outlive its coordinator.
 *
 * @param number counts jobs; the id is made of it
 * @param requestId of the request that submitted it, by which a repetition is recognised
 * @param submittedMillis wall clock, milliseconds since the epoch
 */
public record JobRecord(long number, String requestId, JobSpec spec, long submittedMillis, Stage stage) {
  private static final String PREFIX = "job-";

  /** The id of the job with that number. */
  public static String id(long number) {
    return PREFIX + number;
  }

  /** The number of the job with that id; empty if it is no job's id. */
  static Optional<Long> number(String id) {
    String digits = id.startsWith(PREFIX) ? id.substring(PREFIX.length()) : "";
    boolean isNumber = !digits.isEmpty() && digits.length() <= 18 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    return isNumber ? Optional.of(Long.parseLong(digits)) : Optional.empty();
  }

  public String id() {
    return id(number);
  }

  public boolean isEnded() {
    return stage instanceof Stage.Ended;
  }

  JobRecord withStage(Stage next) {
    return new JobRecord(number, requestId, spec, submittedMillis, next);
  }
}
