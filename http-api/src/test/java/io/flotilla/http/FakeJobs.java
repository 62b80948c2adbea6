package io.flotilla.http;

import io.flotilla.mapreduce.Counters;
import io.flotilla.mapreduce.JobSpec;
import io.flotilla.mapreduce.client.JobClient;
import io.flotilla.mapreduce.client.JobStatus;
import io.flotilla.mapreduce.client.JobStatus.BadRecord;
import io.flotilla.mapreduce.client.JobStatus.PhaseStatus;
import io.flotilla.mapreduce.client.JobStatus.SlowTask;
import io.flotilla.mapreduce.client.JobStatus.State;
import io.flotilla.mapreduce.task.RecordPosition;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** Jobs that never run; remembers what it was asked, and says what it is told to say. */
final class FakeJobs implements JobClient {
  /** A submission as it arrived. */
  record Submission(JobSpec spec, String requestId) {}

  private final List<Submission> submissions = new CopyOnWriteArrayList<>();
  private final List<String> cancelled = new CopyOnWriteArrayList<>();
  private volatile Optional<JobReply> scripted = Optional.empty();

  void answerWith(JobReply reply) {
    scripted = Optional.of(reply);
  }

  void reset() {
    submissions.clear();
    cancelled.clear();
    scripted = Optional.empty();
  }

  List<Submission> submissions() {
    return submissions;
  }

  List<String> cancelled() {
    return cancelled;
  }

  /** Half-way through its map tasks. */
  static JobStatus running(String id, JobSpec spec) {
    return new JobStatus(id, spec, State.RUNNING, Optional.of("n2"), 0, Optional.empty(),
        new PhaseStatus(8, 3, 1, 4, 0.5625, 1, 2), new PhaseStatus(2, 2, 0, 0, 0, 0, 0),
        new Counters(new TreeMap<>(Map.of(Counters.MAP_INPUT_RECORDS, 17L))), Optional.empty(),
        List.of(new SlowTask("m-00003", "n1", 900, 300)), List.of(new BadRecord("m-00001", new RecordPosition("/in/a", 77), "no good")));
  }

  static JobStatus failed(String id, JobSpec spec) {
    return new JobStatus(id, spec, State.FAILED, Optional.empty(), 0, Optional.of(61_500L),
        new PhaseStatus(1, 0, 0, 1, 1, 0, 0), new PhaseStatus(1, 1, 0, 0, 0, 3, 0), Counters.NONE,
        Optional.of("r-00000 failed 4 times"), List.of(), List.of());
  }

  @Override
  public CompletionStage<JobReply> submit(JobSpec spec, String requestId) {
    submissions.add(new Submission(spec, requestId));
    return answer(new JobReply.Submitted(running("job-1", spec)));
  }

  @Override
  public CompletionStage<JobReply> status(String jobId) {
    return answer(new JobReply.NotFound("job '%s': there is none".formatted(jobId)));
  }

  @Override
  public CompletionStage<JobReply> list() {
    return answer(new JobReply.Listed(List.of()));
  }

  @Override
  public CompletionStage<JobReply> cancel(String jobId) {
    cancelled.add(jobId);
    return answer(new JobReply.NotFound("job '%s': there is none".formatted(jobId)));
  }

  private CompletionStage<JobReply> answer(JobReply reply) {
    return CompletableFuture.completedFuture(scripted.orElse(reply));
  }
}
