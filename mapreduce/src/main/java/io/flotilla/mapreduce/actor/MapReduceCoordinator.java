package io.flotilla.mapreduce.actor;

import io.flotilla.mapreduce.CoordinationSettings;
import io.flotilla.mapreduce.JobPlanner;
import io.flotilla.mapreduce.JobRefusedException;
import io.flotilla.mapreduce.client.JobClient.JobReply;
import io.flotilla.mapreduce.coordinator.Effect;
import io.flotilla.mapreduce.coordinator.Input;
import io.flotilla.mapreduce.coordinator.Now;
import io.flotilla.mapreduce.coordinator.SchedulerState;
import io.flotilla.mapreduce.registry.JobCodec;
import io.flotilla.mapreduce.registry.JobCommand;
import io.flotilla.mapreduce.registry.JobRegistry;
import io.flotilla.mapreduce.registry.JobsStateMachine;
import io.flotilla.mapreduce.registry.LogReply;
import io.flotilla.mapreduce.registry.WorkerSite;
import io.flotilla.raft.actor.RaftClientProtocol.Replies;
import io.flotilla.raft.actor.RaftClientProtocol.Reply;
import io.flotilla.raft.actor.RaftClientProtocol.Request;
import io.flotilla.raft.actor.RaftClientProtocol.Requests;
import io.flotilla.raft.actor.RaftClock;
import io.flotilla.raft.actor.RaftPeer;
import io.flotilla.raft.actor.ReplicaStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Coordinates jobs while this node leads {@code meta}. Each time it comes to lead, it claims the coordination in the log, which gives its
 * reign a number, reads the registry, and begins with what that says and the workers report. What a coordinator that was deposed proposes
 * bears an older number and changes nothing, so there is never more than one that counts, whatever each believes. All judgement is the
 * {@link io.flotilla.mapreduce.coordinator.Scheduler}'s.
 */
public final class MapReduceCoordinator extends AbstractMatchingBehavior<MapReduceCoordinator.Command> {
  public sealed interface Command permits CoordinatorProtocol, Tick, MetaStatus, MetaReplied, Settled {}

  private enum Tick implements Command { INSTANCE }

  private record MetaStatus(ReplicaStatus status) implements Command {}

  private record MetaReplied(Replies replies) implements Command {}

  /** Something that took its time is done, for the reign that began it. */
  private record Settled(long epoch, Input input) implements Command {}

  /**
   * What a coordinator stands on.
   *
   * @param isGone tells of a worker's life whether it is over for certain; may block
   * @param meta this node's replica of {@code meta}, as of now; nobody if there is none
   */
  public record Setup(String node, WorkerDirectory workers, Predicate<WorkerSite> isGone, Supplier<ActorRef<RaftPeer.Command>> meta,
      JobPlanner planner, CoordinationSettings settings, RaftClock clock, MapReduceEvents events) {}

  /** What was asked of the log, and not answered yet. */
  private sealed interface Asked {
    record Claim(String name) implements Asked {}

    record Registry(String name, long epoch) implements Asked {}

    record Changes() implements Asked {}
  }

  private record Pending(long requestId, Asked asked, long sinceNanos) {}

  private static final Duration META_LIMIT = Duration.ofSeconds(3);
  private static final int SHOW_AFTER_TICKS = 10;

  /** A reign can always begin anew. */
  static final SupervisorStrategy RESTARTS =
      SupervisorStrategy.restartWithBackoff(Duration.ofMillis(500), Duration.ofSeconds(30), 0.2);

  private final ActorContext<Command> context;
  private final Setup setup;
  private final ActorRef<ReplicaStatus> statusAdapter;
  private final ActorRef<Replies> repliesAdapter;
  private final Executor blocking;
  private final long startedMillis;
  private Optional<Reign> reign = Optional.empty();
  private Optional<Pending> pending = Optional.empty();
  private long requests;
  private long ticks;

  private MapReduceCoordinator(ActorContext<Command> context, TimerScheduler<Command> timers, Setup setup) {
    super(context);
    this.context = context;
    this.setup = setup;
    context.setLoggerName(MapReduceCoordinator.class);
    this.statusAdapter = context.messageAdapter(ReplicaStatus.class, MetaStatus::new);
    this.repliesAdapter = context.messageAdapter(Replies.class, MetaReplied::new);
    this.blocking = context.getSystem().dispatchers().lookup(DispatcherSelector.blocking());
    this.startedMillis = setup.clock().millis();
    timers.startTimerWithFixedDelay(Tick.INSTANCE, setup.settings().heartbeatInterval());
  }

  public static Behavior<Command> create(Setup setup) {
    return Behaviors.supervise(Behaviors.<Command>setup(context -> Behaviors.withTimers(timers ->
        new MapReduceCoordinator(context, timers, setup)))).onFailure(RESTARTS);
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case CoordinatorProtocol.Report(var report) -> reign.ifPresent(r -> r.onInput(now(), new Input.Reported(report)));
      case CoordinatorProtocol.Submit(var spec, var requestId, var replyTo) ->
          request(replyTo, number -> new Input.SubmitRequested(number, spec, requestId));
      case CoordinatorProtocol.CancelJob(var jobId, var replyTo) -> request(replyTo, number -> new Input.CancelRequested(number, jobId));
      case CoordinatorProtocol.GetJob(var jobId, var replyTo) -> request(replyTo, number -> new Input.StatusRequested(number, jobId));
      case CoordinatorProtocol.ListJobs(var replyTo) -> request(replyTo, Input.ListRequested::new);
      case Tick _ -> onTick();
      case MetaStatus(var status) -> onMetaStatus(status);
      case MetaReplied(var replies) -> replies.replies().forEach(this::onMetaReply);
      case Settled(var epoch, var input) -> reign.filter(r -> r.epoch() == epoch).ifPresent(r -> r.onInput(now(), input));
    }
    return this;
  }

  private void request(ActorRef<JobReply> client, LongFunction<Input> input) {
    reign.ifPresentOrElse(r -> r.request(now(), client, input),
        () -> client.tell(new JobReply.Unavailable("%s does not coordinate".formatted(setup.node()))));
  }

  private void onTick() {
    ticks++;
    setup.meta().get().tell(new RaftPeer.GetStatus(statusAdapter));
    if (pending.filter(p -> setup.clock().nanos() - p.sinceNanos() > META_LIMIT.toNanos()).isPresent()) {
      abandon("the log does not answer");
    }
    reign.ifPresent(r -> {
      r.onInput(now(), new Input.Ticked());
      setup.workers().nodes().forEach(node -> tell(node, new WorkerProtocol.Announce(r.epoch(), setup.node(), context.getSelf().narrow())));
      if (ticks % SHOW_AFTER_TICKS == 0) {
        r.show();
      }
    });
  }

  private void onMetaStatus(ReplicaStatus status) {
    boolean leads = status.role().equals("leader");
    if (!leads && (reign.isPresent() || pending.isPresent())) {
      abandon("this node does not lead meta any more");
    } else if (leads && reign.isEmpty() && pending.isEmpty()) {
      String name = "%s/%d/%d".formatted(setup.node(), startedMillis, requests);
      ask(new Asked.Claim(name), number -> new Request.Propose(number, JobsStateMachine.command(new JobCommand.Coordinate(name)), false));
    }
  }

  private void ask(Asked asked, LongFunction<Request> request) {
    requests++;
    pending = Optional.of(new Pending(requests, asked, setup.clock().nanos()));
    setup.meta().get().tell(new Requests(List.of(request.apply(requests)), repliesAdapter));
  }

  private void propose(JobCommand command) {
    ask(new Asked.Changes(), number -> new Request.Propose(number, JobsStateMachine.command(command), false));
  }

  private void onMetaReply(Reply reply) {
    Optional<Pending> answered = pending.filter(p -> p.requestId() == reply.requestId());
    if (answered.isEmpty()) {
      return; // it came too late: that reign, or claim, was given up
    }
    pending = Optional.empty();
    switch (reply) {
      case Reply.Applied(_, _, var result) -> onApplied(answered.get().asked(), decodeReply(result));
      case Reply.Answered(_, var result, _) -> onRead(answered.get().asked(), decodeRegistry(result));
      case Reply.Overloaded _, Reply.Leads _, Reply.NotLeader _, Reply.OutcomeUnknown _, Reply.TooLarge _ ->
          abandon("the log answers " + reply);
    }
  }

  private void onApplied(Asked asked, LogReply reply) {
    switch (reply) {
      case LogReply.Accepted(var epoch) when asked instanceof Asked.Claim(var name) ->
          ask(new Asked.Registry(name, epoch), number -> new Request.Read(number, JobsStateMachine.query()));
      case LogReply.Accepted _ -> reign.ifPresent(Reign::onRecorded);
      case LogReply.Deposed(var epoch) -> abandon("another coordinator's reign has begun, number %d".formatted(epoch));
      case LogReply.Malformed(var detail) -> throw new IllegalStateException("the log refuses what we wrote: " + detail);
    }
  }

  private void onRead(Asked asked, JobRegistry jobs) {
    if (asked instanceof Asked.Registry(var name, var epoch) && jobs.epoch() == epoch && jobs.coordinator().equals(name)) {
      context.getLog().info("{} coordinates jobs, reign {}", setup.node(), epoch);
      SchedulerState state = SchedulerState.begin(setup.node(), now(), setup.workers().nodes(), jobs);
      reign = Optional.of(new Reign(state, setup.settings().scheduler(), new ActorHands(epoch), setup.events()));
      onTick();
    }
  }

  /** Everything begins anew with the next claim, should this node lead. */
  private void abandon(String why) {
    pending = Optional.empty();
    reign.ifPresent(r -> {
      context.getLog().info("{} ends its reign {}: {}", setup.node(), r.epoch(), why);
      r.end();
      setup.events().jobs(List.of());
      setup.events().slots(Collections.emptySortedMap());
    });
    reign = Optional.empty();
  }

  private void tell(String node, WorkerProtocol order) {
    setup.workers().find(node).ifPresent(worker -> worker.tell(order));
  }

  private Now now() {
    return new Now(TimeUnit.NANOSECONDS.toMillis(setup.clock().nanos()), setup.clock().millis());
  }

  private static LogReply decodeReply(byte[] bytes) {
    try {
      return JobCodec.decodeReply(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JobRegistry decodeRegistry(byte[] bytes) {
    try {
      return JobCodec.decodeRegistry(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Carries out what takes more than the actor's own state. */
  private final class ActorHands implements Reign.Hands {
    private final long epoch;

    ActorHands(long epoch) {
      this.epoch = epoch;
    }

    @Override
    public void propose(JobCommand command) {
      MapReduceCoordinator.this.propose(command);
    }

    @Override
    public void tell(String node, WorkerProtocol order) {
      MapReduceCoordinator.this.tell(node, order);
    }

    @Override
    public void probe(Effect.Probe probe) {
      settle(() -> new Input.Probed(probe.site(), setup.isGone().test(probe.site())), _ -> new Input.Probed(probe.site(), false));
    }

    @Override
    public void plan(Effect.Plan plan) {
      settle(() -> planned(plan), failure -> new Input.Refused(plan.jobId(), JobRefusedException.Reason.INVALID,
          "the job cannot be planned: " + failure));
    }

    private Input planned(Effect.Plan plan) {
      try {
        return new Input.Planned(plan.jobId(), setup.planner().plan(plan.spec(), plan.slots()));
      } catch (JobRefusedException refused) {
        return new Input.Refused(plan.jobId(), refused.reason(), refused.getMessage());
      }
    }

    @Override
    public void prepare(Effect.PrepareOutput prepare) {
      settle(() -> prepared(prepare), failure -> new Input.Refused(prepare.jobId(), JobRefusedException.Reason.INVALID,
          "the output cannot be prepared: " + failure));
    }

    private Input prepared(Effect.PrepareOutput prepare) {
      try {
        setup.planner().prepareOutput(prepare.jobId(), prepare.spec());
        return new Input.OutputPrepared(prepare.jobId());
      } catch (JobRefusedException refused) {
        return new Input.Refused(prepare.jobId(), refused.reason(), refused.getMessage());
      }
    }

    @Override
    public void commit(Effect.CommitOutput commit) {
      settle(() -> committed(commit), failure -> new Input.OutputCommitted(commit.jobId(), Optional.of(failure.toString())));
    }

    private Input committed(Effect.CommitOutput commit) {
      try {
        setup.planner().commitOutput(commit.jobId(), commit.spec());
        return new Input.OutputCommitted(commit.jobId(), Optional.empty());
      } catch (JobRefusedException refused) {
        return new Input.OutputCommitted(commit.jobId(), Optional.of(refused.getMessage()));
      }
    }

    @Override
    public void abort(Effect.AbortOutput abort) {
      settle(() -> {
        setup.planner().abortOutput(abort.jobId(), abort.spec());
        return new Input.OutputAborted(abort.jobId());
      }, _ -> new Input.OutputAborted(abort.jobId()));
    }

    /** On a thread that may block. */
    private void settle(Supplier<Input> work, Function<Throwable, Input> onFailure) {
      context.pipeToSelf(CompletableFuture.supplyAsync(work, blocking), (input, failure) -> {
        if (failure != null) {
          context.getLog().error("{}: what a job needs done failed", setup.node(), failure);
        }
        return new Settled(epoch, failure == null ? input : onFailure.apply(failure));
      });
    }
  }
}
