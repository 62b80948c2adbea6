package io.flotilla.http;

import io.flotilla.mapreduce.JobSpec;
import io.flotilla.mapreduce.client.JobClient;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** {@code /v1/mapreduce/jobs}: jobs are submitted, listed, watched and cancelled. */
final class JobRoutes {
  /** Room for some ten thousand files, named one by one. */
  private static final long MAX_BODY_BYTES = 1024 * 1024;

  private final JobClient jobs;
  private final Bodies bodies;

  JobRoutes(JobClient jobs, Bodies bodies) {
    this.jobs = jobs;
    this.bodies = bodies;
  }

  CompletionStage<HttpResponse> submit(Call call) {
    call.query();
    call.checkJson();
    String requestId = requestId(WriteHeaders.of(call.request()));
    return bodies.read(call.request(), "body", MAX_BODY_BYTES, body -> {
      JobSpec spec = JobParser.parse(body);
      return jobs.submit(spec, requestId).thenApply(Answers::of);
    });
  }

  CompletionStage<HttpResponse> list(Call call) {
    call.query();
    return jobs.list().thenApply(Answers::of);
  }

  CompletionStage<HttpResponse> status(Call call) {
    call.query();
    return jobs.status(jobId(call)).thenApply(Answers::of);
  }

  CompletionStage<HttpResponse> cancel(Call call) {
    call.query();
    return jobs.cancel(jobId(call)).thenApply(Answers::of);
  }

  /** A client that repeats its request says so by its session; one that has none never repeats. */
  private static String requestId(WriteHeaders headers) {
    return headers.stamp().map(stamp -> stamp.sessionId() + "/" + stamp.sequence()).orElseGet(() -> UUID.randomUUID().toString());
  }

  private static String jobId(Call call) {
    String jobId = call.target().text(3, "job");
    if (jobId.isBlank()) {
      throw Problem.badRequest("job: blank, allowed is the id of a job").refused();
    }
    return jobId;
  }
}
