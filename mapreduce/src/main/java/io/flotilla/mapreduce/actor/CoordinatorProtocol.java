package io.flotilla.mapreduce.actor;

import io.flotilla.mapreduce.JobSpec;
import io.flotilla.mapreduce.client.JobClient.JobReply;
import io.flotilla.mapreduce.coordinator.WorkerReport;
import org.apache.pekko.actor.typed.ActorRef;

/** What workers and clients say to the coordinator. A node that does not coordinate answers {@link JobReply.Unavailable}. */
public sealed interface CoordinatorProtocol extends MapReduceCoordinator.Command {
  /** A heartbeat; also sent at once when an attempt ends. */
  record Report(WorkerReport report) implements CoordinatorProtocol {}

  /** Answered when the job is planned, or refused, or when planning takes long. */
  record Submit(JobSpec spec, String requestId, ActorRef<JobReply> replyTo) implements CoordinatorProtocol {}

  /** Answered when the job has ended, or when that takes long. */
  record CancelJob(String jobId, ActorRef<JobReply> replyTo) implements CoordinatorProtocol {}

  record GetJob(String jobId, ActorRef<JobReply> replyTo) implements CoordinatorProtocol {}

  record ListJobs(ActorRef<JobReply> replyTo) implements CoordinatorProtocol {}
}
