package io.flotilla.mapreduce.registry;

import io.flotilla.mapreduce.JobRefusedException;
import io.flotilla.mapreduce.client.JobStatus;
import java.util.Optional;

/**
 * How a job ended.
 *
 * @param state one of the last three
 * @param failure which task failed, where and why
 * @param refusal if it failed because it could not be planned as its submitter wants it
 */
public record Verdict(JobStatus.State state, Optional<String> failure, Optional<JobRefusedException.Reason> refusal) {
  public static final Verdict SUCCEEDED = new Verdict(JobStatus.State.SUCCEEDED, Optional.empty(), Optional.empty());
  public static final Verdict CANCELLED = new Verdict(JobStatus.State.CANCELLED, Optional.empty(), Optional.empty());

  public static Verdict failed(String why) {
    return new Verdict(JobStatus.State.FAILED, Optional.of(why), Optional.empty());
  }

  public static Verdict refused(JobRefusedException.Reason reason, String why) {
    return new Verdict(JobStatus.State.FAILED, Optional.of(why), Optional.of(reason));
  }
}
