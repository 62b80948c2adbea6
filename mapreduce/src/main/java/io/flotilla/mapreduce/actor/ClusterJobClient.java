package io.flotilla.mapreduce.actor;

import io.flotilla.mapreduce.JobSpec;
import io.flotilla.mapreduce.client.JobClient;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;

/**
 * Asks whoever coordinates, and while nobody does, or nobody answers, again until the time limit: all requests may be repeated.
 * Administration, not the data path: hence asks.
 */
public final class ClusterJobClient implements JobClient {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Duration ATTEMPT = Duration.ofMillis(1_500);
  /** Of what the coordinator does not answer at once. */
  private static final Duration LONG_ATTEMPT = Duration.ofSeconds(4);
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final ActorSystem<?> system;
  private final CoordinatorBoard board;
  private final Duration limit;

  public ClusterJobClient(ActorSystem<?> system, CoordinatorBoard board) {
    this(system, board, LIMIT);
  }

  ClusterJobClient(ActorSystem<?> system, CoordinatorBoard board, Duration limit) {
    this.system = system;
    this.board = board;
    this.limit = limit;
  }

  @Override
  public CompletionStage<JobReply> submit(JobSpec spec, String requestId) {
    return ask(replyTo -> new CoordinatorProtocol.Submit(spec, requestId, replyTo), LONG_ATTEMPT);
  }

  @Override
  public CompletionStage<JobReply> status(String jobId) {
    return ask(replyTo -> new CoordinatorProtocol.GetJob(jobId, replyTo), ATTEMPT).thenApply(ClusterJobClient::changesNothing);
  }

  @Override
  public CompletionStage<JobReply> list() {
    return ask(CoordinatorProtocol.ListJobs::new, ATTEMPT).thenApply(ClusterJobClient::changesNothing);
  }

  @Override
  public CompletionStage<JobReply> cancel(String jobId) {
    return ask(replyTo -> new CoordinatorProtocol.CancelJob(jobId, replyTo), LONG_ATTEMPT);
  }

  private CompletionStage<JobReply> ask(Function<ActorRef<JobReply>, CoordinatorProtocol> request, Duration attempt) {
    return ask(request, attempt, System.nanoTime() + limit.toNanos(), new JobReply.Unavailable("nobody coordinates jobs at present"));
  }

  /** Attempt after attempt; {@code sofar} is what there is to say if time is up. */
  private CompletionStage<JobReply> ask(Function<ActorRef<JobReply>, CoordinatorProtocol> request, Duration attempt, long deadlineNanos,
      JobReply sofar) {
    if (deadlineNanos - System.nanoTime() <= 0) {
      return CompletableFuture.completedFuture(sofar);
    }
    return once(request, attempt, sofar).thenCompose(reply -> switch (reply) {
      case JobReply.Unavailable _, JobReply.OutcomeUnknown _ -> pause().thenCompose(_ -> ask(request, attempt, deadlineNanos, reply));
      case JobReply.Submitted _, JobReply.Found _, JobReply.Listed _, JobReply.NotFound _, JobReply.Conflict _, JobReply.Invalid _ ->
          CompletableFuture.completedFuture(reply);
    });
  }

  private CompletionStage<JobReply> once(Function<ActorRef<JobReply>, CoordinatorProtocol> request, Duration attempt, JobReply sofar) {
    return board.seat().map(seat -> AskPattern.<CoordinatorProtocol, JobReply>ask(seat.coordinator(), request::apply, attempt,
        system.scheduler())
        .handle((reply, failure) -> failure != null
            ? new JobReply.OutcomeUnknown("the coordinator on %s does not answer".formatted(seat.node()))
            : atLeastAsUnknown(reply, sofar)))
        .orElseGet(() -> CompletableFuture.completedFuture(sofar));
  }

  /** Once a request may have been carried out, that a later repetition was not does not make it undone. */
  private static JobReply atLeastAsUnknown(JobReply reply, JobReply sofar) {
    return reply instanceof JobReply.Unavailable && sofar instanceof JobReply.OutcomeUnknown ? sofar : reply;
  }

  private static JobReply changesNothing(JobReply reply) {
    return reply instanceof JobReply.OutcomeUnknown(var detail) ? new JobReply.Unavailable(detail) : reply;
  }

  private static CompletionStage<Void> pause() {
    return CompletableFuture.runAsync(() -> {}, CompletableFuture.delayedExecutor(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
  }
}
