package io.flotilla.mapreduce.coordinator;

import static io.flotilla.raft.Checks.check;

import io.flotilla.mapreduce.InputSplit;
import io.flotilla.mapreduce.JobPlan;
import io.flotilla.mapreduce.JobRefusedException;
import io.flotilla.mapreduce.client.JobClient.JobReply;
import io.flotilla.mapreduce.coordinator.SchedulerState.Waiting;
import io.flotilla.mapreduce.registry.JobChange;
import io.flotilla.mapreduce.registry.JobCodec;
import io.flotilla.mapreduce.registry.JobRecord;
import io.flotilla.mapreduce.registry.Stage;
import io.flotilla.mapreduce.registry.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The coordinator's judgement (§3 of the paper) as a function: state, time and input give the next state and the effects. It reads no
 * clock and knows no network: workers' reports make up for whatever was lost on the way.
 *
 * <p>Here the jobs go from stage to stage; {@link Reports} hears the workers, {@link Failures} judges what went wrong, {@link
 * Assignment} fills the free slots.
 */
public final class Scheduler {
  /** A split that takes more than so many chunks would not fit the messages between nodes. */
  private static final int MAX_SPLIT_CHUNKS = 8;

  private Scheduler() {}

  /** One input. Pure: equal arguments give an equal step. */
  public static Step step(SchedulerState state, SchedulerSettings settings, Now now, Input input) {
    Draft draft = new Draft(state, settings, now);
    switch (input) {
      case Input.Ticked _ -> Reports.probe(draft);
      case Input.Probed(var site, var gone) -> Reports.onProbed(draft, site, gone);
      case Input.Reported(var report) -> Reports.onReport(draft, report);
      case Input.SubmitRequested submit -> onSubmit(draft, submit);
      case Input.CancelRequested(var request, var jobId) -> onCancel(draft, request, jobId);
      case Input.StatusRequested(var request, var jobId) -> answerWith(draft, request, jobId);
      case Input.ListRequested(var request) ->
          draft.effect(new Effect.Reply(request, new JobReply.Listed(JobViews.all(draft.done().next()))));
      case Input.Planned(var jobId, var plan) -> onPlanned(draft, jobId, plan);
      case Input.OutputPrepared(var jobId) -> onOutputPrepared(draft, jobId);
      case Input.Refused(var jobId, var reason, var why) -> onRefused(draft, jobId, reason, why);
      case Input.OutputCommitted(var jobId, var failure) -> onOutputCommitted(draft, jobId, failure);
      case Input.OutputAborted(var jobId) -> onOutputAborted(draft, jobId);
    }
    Reports.expire(draft);
    draft.jobs().jobs().values().forEach(job -> advance(draft, job));
    Assignment.assign(draft);
    answerWaiting(draft);
    Step step = draft.done();
    checkLaws(state, step.next());
    return step;
  }

  private static void checkLaws(SchedulerState before, SchedulerState after) {
    check(after.jobs().epoch() == before.jobs().epoch(), "a reign has one epoch: %d, %d", before.jobs().epoch(), after.jobs().epoch());
    check(after.jobs().lastNumber() >= before.jobs().lastNumber(), "jobs are counted upwards: %d, %d", before.jobs().lastNumber(),
        after.jobs().lastNumber());
  }

  private static void onSubmit(Draft draft, Input.SubmitRequested submit) {
    if (draft.jobs().findRequest(submit.requestId()).isEmpty()) {
      draft.change(new JobChange.Submitted(submit.spec(), submit.requestId(), draft.now.wallMillis()));
    }
    JobRecord job = draft.jobs().findRequest(submit.requestId()).orElseThrow();
    draft.waiting.add(new Waiting.Submission(submit.request(), job.number(), draft.now.millis()));
  }

  private static void onCancel(Draft draft, long request, String jobId) {
    draft.jobs().find(jobId).filter(job -> job.stage() instanceof Stage.Planning || job.stage() instanceof Stage.Running)
        .ifPresent(_ -> draft.decide(jobId, Verdict.CANCELLED));
    draft.jobs().find(jobId).ifPresentOrElse(job -> draft.waiting.add(new Waiting.Cancellation(request, job.number(), draft.now.millis())),
        () -> answerWith(draft, request, jobId));
  }

  private static void answerWith(Draft draft, long request, String jobId) {
    draft.effect(new Effect.Reply(request, draft.jobs().find(jobId)
        .<JobReply>map(job -> new JobReply.Found(JobViews.of(draft.done().next(), job)))
        .orElseGet(() -> new JobReply.NotFound("no job %s".formatted(jobId)))));
  }

  private static void onPlanned(Draft draft, String jobId, JobPlan plan) {
    notBusy(draft, jobId);
    if (draft.jobs().find(jobId).filter(job -> job.stage() instanceof Stage.Planning).isEmpty()) {
      return; // cancelled meanwhile
    }
    Optional<InputSplit> tooLarge = plan.splits().stream()
        .filter(split -> bytes(jobId, split) > draft.settings.chunkBytes() * MAX_SPLIT_CHUNKS).findFirst();
    if (tooLarge.isPresent()) {
      onRefused(draft, jobId, JobRefusedException.Reason.INVALID, "one split of the input would have %d ranges: shorten the paths, or let"
          .formatted(tooLarge.get().ranges().size()) + " splits be smaller (flotilla.mapreduce.split-size)");
      return;
    }
    int first = 0;
    for (List<InputSplit> chunk : chunks(draft.settings, jobId, plan.splits())) {
      draft.change(new JobChange.SplitsAdded(jobId, first, chunk));
      first += chunk.size();
    }
    draft.change(new JobChange.PlanCompleted(jobId, plan.reducers(), plan.boundaries()));
  }

  /** At least one, be it empty: the first begins the plan anew, should an earlier coordinator have left half of one. */
  private static List<List<InputSplit>> chunks(SchedulerSettings settings, String jobId, List<InputSplit> splits) {
    List<List<InputSplit>> chunks = new ArrayList<>();
    List<InputSplit> chunk = new ArrayList<>();
    int chunkBytes = 0;
    for (InputSplit split : splits) {
      int bytes = bytes(jobId, split);
      if (!chunk.isEmpty() && chunkBytes + bytes > settings.chunkBytes()) {
        chunks.add(chunk);
        chunk = new ArrayList<>();
        chunkBytes = 0;
      }
      chunk.add(split);
      chunkBytes += bytes;
    }
    chunks.add(chunk);
    return chunks;
  }

  private static int bytes(String jobId, InputSplit split) {
    return JobCodec.sizeBytes(new JobChange.SplitsAdded(jobId, 0, List.of(split)));
  }

  private static void onOutputPrepared(Draft draft, String jobId) {
    notBusy(draft, jobId);
    draft.jobs().find(jobId).ifPresent(job -> draft.prepared.add(job.number()));
  }

  private static void onRefused(Draft draft, String jobId, JobRefusedException.Reason reason, String why) {
    notBusy(draft, jobId);
    draft.decide(jobId, Verdict.refused(reason, why));
  }

  private static void onOutputCommitted(Draft draft, String jobId, Optional<String> failure) {
    notBusy(draft, jobId);
    draft.decide(jobId, failure.map(why -> Verdict.failed("the output could not be completed: " + why)).orElse(Verdict.SUCCEEDED));
  }

  private static void onOutputAborted(Draft draft, String jobId) {
    notBusy(draft, jobId);
    draft.jobs().find(jobId).filter(job -> job.stage() instanceof Stage.Ending).ifPresent(draft::end);
  }

  private static void notBusy(Draft draft, String jobId) {
    draft.jobs().find(jobId).ifPresent(job -> draft.busy.remove(job.number()));
  }

  private static void advance(Draft draft, JobRecord job) {
    switch (job.stage()) {
      case Stage.Planning _ -> maybePlan(draft, job);
      case Stage.Running(_, _, var reduce) when reduce.isDone() -> {
        if (draft.busy.add(job.number())) {
          draft.effect(new Effect.CommitOutput(job.id(), job.spec()));
        }
      }
      case Stage.Running(_, var map, _) -> {
        Reports.reviveLostMaps(draft, job, map);
        maybePrepare(draft, job);
      }
      case Stage.Ending(var verdict, _, _) -> maybeEnd(draft, job, verdict);
      case Stage.Ended _ -> { }
    }
  }

  /** Not before it is known how many slots there are. */
  private static void maybePlan(Draft draft, JobRecord job) {
    if (!draft.isAdopting() && draft.busy.add(job.number())) {
      int slots = draft.workers.values().stream().mapToInt(WorkerState::slots).sum();
      draft.effect(new Effect.Plan(job.id(), job.spec(), Math.max(1, slots)));
    }
  }

  /** By each coordinator anew: that the one before it did is not on record, and to do it twice does no harm. */
  private static void maybePrepare(Draft draft, JobRecord job) {
    if (!draft.prepared.contains(job.number()) && draft.busy.add(job.number())) {
      draft.effect(new Effect.PrepareOutput(job.id(), job.spec()));
    }
  }

  /** What is left of its output goes once nothing writes there any more; a job that was refused has written nothing. */
  private static void maybeEnd(Draft draft, JobRecord job, Verdict verdict) {
    boolean isClean = verdict.equals(Verdict.SUCCEEDED) || verdict.refusal().isPresent();
    if (isClean) {
      draft.end(job);
    } else if (!draft.isAdopting() && !isRunning(draft, job) && draft.busy.add(job.number())) {
      draft.effect(new Effect.AbortOutput(job.id(), job.spec()));
    }
  }

  private static boolean isRunning(Draft draft, JobRecord job) {
    return draft.attempts.keySet().stream().anyMatch(attempt -> attempt.task().jobId().equals(job.id()));
  }

  private static void answerWaiting(Draft draft) {
    draft.waiting.removeIf(client -> {
      boolean isEarly = draft.now.millis() - client.sinceMillis() < draft.settings.answerMillis();
      Optional<JobReply> answer = draft.jobs().find(JobRecord.id(client.jobNumber())).flatMap(job -> switch (client) {
        case Waiting.Submission _ -> afterSubmission(draft, job, isEarly);
        case Waiting.Cancellation _ -> afterCancellation(draft, job, isEarly);
      });
      answer.ifPresent(reply -> draft.effect(new Effect.Reply(client.request(), reply)));
      return answer.isPresent();
    });
  }

  private static Optional<JobReply> afterCancellation(Draft draft, JobRecord job, boolean isEarly) {
    return job.isEnded() || !isEarly ? Optional.of(new JobReply.Found(JobViews.of(draft.done().next(), job))) : Optional.empty();
  }

  private static Optional<JobReply> afterSubmission(Draft draft, JobRecord job, boolean isEarly) {
    return switch (job.stage()) {
      case Stage.Planning _ when isEarly -> Optional.empty();
      case Stage.Running _ when isEarly && !draft.prepared.contains(job.number()) -> Optional.empty();
      case Stage.Ended(var verdict, _, _, _) when verdict.refusal().isPresent() ->
          Optional.of(refusal(verdict.refusal().get(), verdict.failure().orElse("")));
      case Stage.Planning _, Stage.Running _, Stage.Ending _, Stage.Ended _ ->
          Optional.of(new JobReply.Submitted(JobViews.of(draft.done().next(), job)));
    };
  }

  private static JobReply refusal(JobRefusedException.Reason reason, String why) {
    return switch (reason) {
      case INVALID -> new JobReply.Invalid(why);
      case CONFLICT -> new JobReply.Conflict(why);
    };
  }
}
