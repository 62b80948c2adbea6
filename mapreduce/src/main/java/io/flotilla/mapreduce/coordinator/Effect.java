package io.flotilla.mapreduce.coordinator;

import io.flotilla.mapreduce.JobSpec;
import io.flotilla.mapreduce.client.JobClient.JobReply;
import io.flotilla.mapreduce.registry.JobChange;
import io.flotilla.mapreduce.registry.WorkerSite;
import io.flotilla.mapreduce.task.AttemptId;
import io.flotilla.mapreduce.task.TaskWork;

/** What the {@link Scheduler} wants done; see {@link Step} for the order. */
public sealed interface Effect {
  /** Put it into the log. */
  record Append(JobChange change) implements Effect {}

  /** To a worker: run this attempt, unless you know it already. May be lost; it is then said again. */
  record Start(String node, TaskWork work, boolean backup) implements Effect {}

  /** To a worker: end this attempt. */
  record Cancel(String node, AttemptId attempt) implements Effect {}

  /** To a worker: the end of this attempt is on record. */
  record Acknowledge(String node, AttemptId attempt) implements Effect {}

  /** To a worker: the job is over, its files may go. */
  record Forget(String node, String jobId) implements Effect {}

  /** Cut the job into tasks; answered by {@link Input.Planned} or {@link Input.Refused}. */
  record Plan(String jobId, JobSpec spec, int slots) implements Effect {}

  /** Make room for the output; answered by {@link Input.OutputPrepared} or {@link Input.Refused}. */
  record PrepareOutput(String jobId, JobSpec spec) implements Effect {}

  /** Answered by {@link Input.OutputCommitted}. */
  record CommitOutput(String jobId, JobSpec spec) implements Effect {}

  /** Answered by {@link Input.OutputAborted}. */
  record AbortOutput(String jobId, JobSpec spec) implements Effect {}

  /** Find out whether that life of a node, of which nothing is heard, is over; answered by {@link Input.Probed}. */
  record Probe(WorkerSite site) implements Effect {}

  record Reply(long request, JobReply reply) implements Effect {}
}
