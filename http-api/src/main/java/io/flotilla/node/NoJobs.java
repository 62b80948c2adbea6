package io.flotilla.node;

import io.flotilla.mapreduce.JobSpec;
import io.flotilla.mapreduce.client.JobClient;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Jobs on a node that has no workers. */
final class NoJobs implements JobClient {
  private static final CompletionStage<JobReply> UNAVAILABLE =
      CompletableFuture.completedFuture(new JobReply.Unavailable("nobody coordinates jobs at the moment"));

  @Override
  public CompletionStage<JobReply> submit(JobSpec spec, String requestId) {
    return UNAVAILABLE;
  }

  @Override
  public CompletionStage<JobReply> status(String jobId) {
    return UNAVAILABLE;
  }

  @Override
  public CompletionStage<JobReply> list() {
    return UNAVAILABLE;
  }

  @Override
  public CompletionStage<JobReply> cancel(String jobId) {
    return UNAVAILABLE;
  }
}
