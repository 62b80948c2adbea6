package io.flotilla.mapreduce.actor;

import io.flotilla.mapreduce.client.JobClient.JobReply;
import io.flotilla.mapreduce.coordinator.Effect;
import io.flotilla.mapreduce.coordinator.Input;
import io.flotilla.mapreduce.coordinator.JobViews;
import io.flotilla.mapreduce.coordinator.Now;
import io.flotilla.mapreduce.coordinator.Scheduler;
import io.flotilla.mapreduce.coordinator.SchedulerSettings;
import io.flotilla.mapreduce.coordinator.SchedulerState;
import io.flotilla.mapreduce.coordinator.Step;
import io.flotilla.mapreduce.registry.JobChange;
import io.flotilla.mapreduce.registry.JobCodec;
import io.flotilla.mapreduce.registry.JobCommand;
import io.flotilla.mapreduce.registry.JobRecord;
import io.flotilla.mapreduce.registry.Stage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * One reign of a coordinator: the scheduler's state, and its effects on their way, in order; those behind a change wait until it is in
 * the log. Ends with the leadership of {@code meta}, and then is of no more use. The actor's alone.
 */
final class Reign {
  /** Of changes in one command, roughly: well below {@code flotilla.raft.max-command-size}. */
  private static final int MAX_COMMAND_BYTES = 256 * 1024;

  /** The actor's hands. */
  interface Hands {
    /** Propose this; {@link #onRecorded} or the end of the reign follows. */
    void propose(JobCommand command);

    /** To a worker. */
    void tell(String node, WorkerProtocol order);

    void plan(Effect.Plan plan);

    void probe(Effect.Probe probe);

    void prepare(Effect.PrepareOutput prepare);

    void commit(Effect.CommitOutput commit);

    void abort(Effect.AbortOutput abort);
  }

  private final SchedulerSettings settings;
  private final Hands hands;
  private final MapReduceEvents events;
  private final Deque<Effect> effects = new ArrayDeque<>();
  private final Map<Long, ActorRef<JobReply>> clients = new HashMap<>();
  private SchedulerState state;
  private boolean proposing;
  private long requests;

  Reign(SchedulerState state, SchedulerSettings settings, Hands hands, MapReduceEvents events) {
    this.state = state;
    this.settings = settings;
    this.hands = hands;
    this.events = events;
  }

  long epoch() {
    return state.jobs().epoch();
  }

  void request(Now now, ActorRef<JobReply> client, LongFunction<Input> input) {
    requests++;
    clients.put(requests, client);
    onInput(now, input.apply(requests));
  }

  void onInput(Now now, Input input) {
    Step step = Scheduler.step(state, settings, now, input);
    state = step.next();
    effects.addAll(step.effects());
    carryOut();
  }

  /** What was proposed is in the log. */
  void onRecorded() {
    proposing = false;
    carryOut();
  }

  /** Whoever waits has to ask the next coordinator. */
  void end() {
    clients.values().forEach(client -> client.tell(new JobReply.OutcomeUnknown("%s ceased to coordinate".formatted(state.node()))));
    clients.clear();
  }

  private void carryOut() {
    while (!proposing && !effects.isEmpty()) {
      if (effects.peek() instanceof Effect.Append) {
        propose();
      } else {
        carryOut(effects.remove());
      }
    }
  }

  /** What the log has to take is taken together. */
  private void propose() {
    List<JobChange> changes = new ArrayList<>();
    int bytes = 0;
    while (effects.peek() instanceof Effect.Append(var change) && bytes < MAX_COMMAND_BYTES) {
      effects.remove();
      changes.add(change);
      bytes += JobCodec.sizeBytes(change);
      tell(change);
    }
    proposing = true;
    hands.propose(new JobCommand.Change(epoch(), changes));
  }

  private void carryOut(Effect effect) {
    switch (effect) {
      case Effect.Append append -> throw new IllegalStateException("goes to the log: " + append);
      case Effect.Start(var node, var work, var backup) -> {
        events.attemptStarted(work.id().task().phase(), backup);
        hands.tell(node, new WorkerProtocol.Start(epoch(), work));
      }
      case Effect.Cancel(var node, var attempt) -> hands.tell(node, new WorkerProtocol.Cancel(epoch(), attempt));
      case Effect.Acknowledge(var node, var attempt) -> hands.tell(node, new WorkerProtocol.Acknowledge(epoch(), attempt));
      case Effect.Forget(var node, var jobId) -> hands.tell(node, new WorkerProtocol.Forget(epoch(), jobId));
      case Effect.Plan plan -> hands.plan(plan);
      case Effect.Probe probe -> hands.probe(probe);
      case Effect.PrepareOutput prepare -> hands.prepare(prepare);
      case Effect.CommitOutput commit -> hands.commit(commit);
      case Effect.AbortOutput abort -> hands.abort(abort);
      case Effect.Reply(var request, var reply) -> Optional.ofNullable(clients.remove(request)).ifPresent(client -> client.tell(reply));
    }
  }

  private void tell(JobChange change) {
    switch (change) {
      case JobChange.TaskDone(var task, var how, _, _) -> events.taskDone(task.phase(), how.millis(), how.counters());
      case JobChange.AttemptFailed(var attempt, _, _, _) -> events.attemptFailed(attempt.task().phase());
      case JobChange.MapsLost(var attempts, _) -> events.mapOutputsLost(attempts.size());
      case JobChange.Ended(var jobId, _, _) -> state.jobs().find(jobId).ifPresent(this::tellEnded);
      case JobChange.Submitted _, JobChange.SplitsAdded _, JobChange.PlanCompleted _, JobChange.RecordSkipped _, JobChange.Decided _ -> { }
    }
  }

  private void tellEnded(JobRecord job) {
    if (job.stage() instanceof Stage.Ended(var verdict, _, _, var endedMillis)) {
      events.jobEnded(verdict.state(), endedMillis - job.submittedMillis());
    }
  }

  /** Shows the jobs as they stand, and who works. */
  void show() {
    events.jobs(JobViews.all(state));
    events.slots(state.slots());
  }
}
