package io.flotilla.mapreduce.client;

import io.flotilla.mapreduce.JobSpec;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Submits, watches and cancels jobs, from any node. Thread-safe; stages complete exceptionally only on bugs. */
public interface JobClient {
  /**
   * Submits a job.
   *
   * @param requestId the same for a repetition, which then is answered like the first and starts nothing
   */
  CompletionStage<JobReply> submit(JobSpec spec, String requestId);

  /** The job: {@link JobReply.Found}, or that there is none. */
  CompletionStage<JobReply> status(String jobId);

  /** All jobs that are remembered, newest first: {@link JobReply.Listed}. */
  CompletionStage<JobReply> list();

  /** Cancels a job; one that has ended stays as it is. Answered with the job: {@link JobReply.Found}. */
  CompletionStage<JobReply> cancel(String jobId);

  /** What became of a request. */
  sealed interface JobReply {
    record Submitted(JobStatus job) implements JobReply {}

    record Found(JobStatus job) implements JobReply {}

    record Listed(List<JobStatus> jobs) implements JobReply {
      public Listed {
        jobs = List.copyOf(jobs);
      }
    }

    record NotFound(String detail) implements JobReply {}

    record Conflict(String detail) implements JobReply {}

    record Invalid(String detail) implements JobReply {}

    /** Nothing was done: nobody coordinates at the moment. */
    record Unavailable(String detail) implements JobReply {}

    /** Sent, but no answer came in time; repeat with the same request id. */
    record OutcomeUnknown(String detail) implements JobReply {}
  }
}
