package io.flotilla.mapreduce.actor;

import io.flotilla.mapreduce.coordinator.WorkerReport;
import io.flotilla.mapreduce.coordinator.WorkerReport.EndedAttempt;
import io.flotilla.mapreduce.coordinator.WorkerReport.RunningAttempt;
import io.flotilla.mapreduce.registry.WorkerSite;
import io.flotilla.mapreduce.task.AttemptId;
import io.flotilla.mapreduce.task.TaskOutcome;
import io.flotilla.mapreduce.task.TaskProgress;
import io.flotilla.mapreduce.task.TaskRunner;
import io.flotilla.mapreduce.task.TaskWork;
import io.flotilla.raft.actor.RaftClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * One node's share of the work: runs attempts as the coordinator says, and says again and again what it runs and what has ended, to
 * whoever coordinates now. While nobody does, what runs goes on.
 */
public final class MapReduceWorker extends AbstractMatchingBehavior<MapReduceWorker.Command> {
  public sealed interface Command permits WorkerProtocol, Beat, Progressed, Ended {}

  private enum Beat implements Command { INSTANCE }

  private record Progressed(AttemptId attempt, TaskProgress progress) implements Command {}

  private record Ended(AttemptId attempt, TaskOutcome outcome) implements Command {}

  /**
   * What a worker stands on.
   *
   * @param host where the runner serves map output
   * @param slots attempts at once, as of now
   * @param silence of a coordinator after which it is believed to be gone
   */
  public record Setup(String node, String host, IntSupplier slots, TaskRunner runner, Duration heartbeatInterval, Duration silence,
      RaftClock clock, CoordinatorBoard board) {}

  private record Running(TaskWork work, long startedNanos, TaskProgress progress) {}

  private final ActorContext<Command> context;
  private final Setup setup;
  private final WorkerSite site;
  private final Map<AttemptId, Running> running = new LinkedHashMap<>();
  private final Map<AttemptId, EndedAttempt> ended = new LinkedHashMap<>();
  private final Set<AttemptId> known = new HashSet<>();
  private Optional<CoordinatorBoard.Seat> seat = Optional.empty();
  private long epoch;
  private long announcedNanos;
  private long reports;

  private MapReduceWorker(ActorContext<Command> context, TimerScheduler<Command> timers, Setup setup) {
    super(context);
    this.context = context;
    this.setup = setup;
    context.setLoggerName(MapReduceWorker.class);
    this.site = new WorkerSite(setup.node(), setup.clock().millis(), setup.host(), setup.runner().shufflePort());
    timers.startTimerWithFixedDelay(Beat.INSTANCE, setup.heartbeatInterval());
  }

  /** To be spawned under the user guardian with the name {@link WorkerDirectory#NAME}. */
  public static Behavior<Command> create(Setup setup) {
    return Behaviors.supervise(Behaviors.<Command>setup(context -> Behaviors.withTimers(timers ->
        new MapReduceWorker(context, timers, setup)))).onFailure(MapReduceCoordinator.RESTARTS);
  }

  /** Nobody would hear what comes of the attempts that run. */
  @Override
  public Behavior<Command> onSignal(Signal signal) {
    if (signal instanceof PreRestart || signal instanceof PostStop) {
      running.keySet().forEach(setup.runner()::cancel);
      take(Optional.empty());
    }
    return this;
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case WorkerProtocol deposed when deposed.epoch() < epoch -> context.getLog().debug("{} is from a coordinator that was deposed", deposed);
      case WorkerProtocol.Announce announce -> onAnnounce(announce);
      case WorkerProtocol.Start(_, var work) -> onStart(work);
      case WorkerProtocol.Cancel(_, var attempt) -> onCancel(attempt);
      case WorkerProtocol.Acknowledge(_, var attempt) -> ended.remove(attempt);
      case WorkerProtocol.Forget(_, var jobId) -> onForget(jobId);
      case Beat _ -> onBeat();
      case Progressed(var attempt, var progress) ->
          running.computeIfPresent(attempt, (_, run) -> new Running(run.work(), run.startedNanos(), progress));
      case Ended(var attempt, var outcome) -> onEnded(attempt, outcome);
    }
    return this;
  }

  private void onAnnounce(WorkerProtocol.Announce announce) {
    boolean isNew = announce.epoch() > epoch;
    epoch = announce.epoch();
    announcedNanos = setup.clock().nanos();
    take(Optional.of(new CoordinatorBoard.Seat(announce.epoch(), announce.node(), announce.coordinator())));
    if (isNew) {
      context.getLog().info("{} works for the coordinator on {}, reign {}", site, announce.node(), announce.epoch());
      report();
    }
  }

  private void take(Optional<CoordinatorBoard.Seat> latest) {
    if (!latest.equals(seat)) {
      seat = latest;
      setup.board().post(latest);
    }
  }

  /** One that finds no slot free was meant for later or for earlier; the coordinator says it again. */
  private void onStart(TaskWork work) {
    if (running.size() >= setup.slots().getAsInt() || !known.add(work.id())) {
      return;
    }
    context.getLog().debug("{} starts {}", site, work.id());
    running.put(work.id(), new Running(work, setup.clock().nanos(), TaskProgress.NONE));
    context.pipeToSelf(setup.runner().run(work, progress -> context.getSelf().tell(new Progressed(work.id(), progress))),
        (outcome, failure) -> new Ended(work.id(), failure == null ? outcome
            : new TaskOutcome.Failed("the worker failed: " + failure, Optional.empty(), false)));
    report();
  }

  private void onCancel(AttemptId attempt) {
    if (running.containsKey(attempt)) {
      setup.runner().cancel(attempt);
    }
  }

  private void onForget(String jobId) {
    if (known.removeIf(attempt -> isOf(attempt, jobId) && !running.containsKey(attempt))) {
      context.getLog().debug("{} forgets {}", site, jobId);
    }
    ended.keySet().removeIf(attempt -> isOf(attempt, jobId));
    setup.runner().jobEnded(jobId);
  }

  private static boolean isOf(AttemptId attempt, String jobId) {
    return attempt.task().jobId().equals(jobId);
  }

  private void onEnded(AttemptId attempt, TaskOutcome outcome) {
    Running run = running.remove(attempt);
    if (run == null) {
      return;
    }
    context.getLog().debug("{} ended {}: {}", site, attempt, outcome.getClass().getSimpleName());
    if (outcome instanceof TaskOutcome.Failed(var reason, var at, _)) {
      context.getLog().warn("{}: {} failed{}: {}", site, attempt, at.map(position -> " at " + position).orElse(""), reason);
    }
    ended.put(attempt, new EndedAttempt(attempt, outcome, millisSince(run.startedNanos())));
    report();
  }

  private void onBeat() {
    if (seat.isPresent() && setup.clock().nanos() - announcedNanos > setup.silence().toNanos()) {
      context.getLog().info("{} hears no coordinator any more", site);
      take(Optional.empty());
    }
    report();
  }

  private void report() {
    seat.ifPresent(boss -> {
      List<RunningAttempt> attempts = running.values().stream()
          .map(run -> new RunningAttempt(run.work().id(), run.progress(), millisSince(run.startedNanos()))).toList();
      SortedSet<String> jobs = new TreeSet<>();
      known.forEach(attempt -> jobs.add(attempt.task().jobId()));
      reports++;
      boss.coordinator().tell(new CoordinatorProtocol.Report(new WorkerReport(site, reports, setup.slots().getAsInt(), attempts,
          new ArrayList<>(ended.values()), jobs)));
    });
  }

  private long millisSince(long startedNanos) {
    return TimeUnit.NANOSECONDS.toMillis(setup.clock().nanos() - startedNanos);
  }
}
