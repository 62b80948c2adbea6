package io.flotilla.mapreduce.coordinator;

import io.flotilla.mapreduce.JobPlan;
import io.flotilla.mapreduce.JobRefusedException;
import io.flotilla.mapreduce.JobSpec;
import io.flotilla.mapreduce.registry.WorkerSite;
import java.util.Optional;

/** What the {@link Scheduler} hears. A {@code request} is answered by one {@link Effect.Reply} with the same number. */
public sealed interface Input {
  /** Time passes. */
  record Ticked() implements Input {}

  /** A worker's heartbeat. */
  record Reported(WorkerReport report) implements Input {}

  record SubmitRequested(long request, JobSpec spec, String requestId) implements Input {}

  record CancelRequested(long request, String jobId) implements Input {}

  record StatusRequested(long request, String jobId) implements Input {}

  record ListRequested(long request) implements Input {}

  /** How {@link Effect.Probe} ended: that life of the node is over for certain, or nothing is known. */
  record Probed(WorkerSite site, boolean gone) implements Input {}

  /** {@link Effect.Plan} worked. */
  record Planned(String jobId, JobPlan plan) implements Input {}

  /** {@link Effect.PrepareOutput} worked. */
  record OutputPrepared(String jobId) implements Input {}

  /** The job cannot run as its submitter wants it. */
  record Refused(String jobId, JobRefusedException.Reason reason, String why) implements Input {}

  /** How {@link Effect.CommitOutput} ended. */
  record OutputCommitted(String jobId, Optional<String> failure) implements Input {}

  /** {@link Effect.AbortOutput} is through. */
  record OutputAborted(String jobId) implements Input {}
}
