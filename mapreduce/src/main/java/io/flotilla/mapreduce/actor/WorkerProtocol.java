package io.flotilla.mapreduce.actor;

import io.flotilla.mapreduce.task.AttemptId;
import io.flotilla.mapreduce.task.TaskWork;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What a coordinator says to workers. All of it may be lost, come late or twice; {@code epoch} is the number of its reign, and of two
 * coordinators a worker obeys the one with the higher.
 */
public sealed interface WorkerProtocol extends MapReduceWorker.Command {
  long epoch();

  /** I coordinate; said again and again, so that silence means that I do not any more. */
  record Announce(long epoch, String node, ActorRef<CoordinatorProtocol> coordinator) implements WorkerProtocol {}

  /** Run this attempt, unless you know it already. */
  record Start(long epoch, TaskWork work) implements WorkerProtocol {}

  /** End this attempt, if it runs. */
  record Cancel(long epoch, AttemptId attempt) implements WorkerProtocol {}

  /** How this attempt ended is on record: no need to say it again. */
  record Acknowledge(long epoch, AttemptId attempt) implements WorkerProtocol {}

  /** The job is over. */
  record Forget(long epoch, String jobId) implements WorkerProtocol {}
}
