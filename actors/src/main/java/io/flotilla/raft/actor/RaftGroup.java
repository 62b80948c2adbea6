package io.flotilla.raft.actor;

import io.flotilla.raft.Effect;
import io.flotilla.raft.actor.RaftClientProtocol.Reply;
import java.time.Duration;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.ChildFailed;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Runs one replica of one group: a {@link RaftPeer}, with its log and its state machine as children, so that the three start and
 * stop together. To be spawned under the user guardian with the name that {@link RaftPaths#groupName} gives.
 *
 * <p>It is the replica's address, and stays when a replica is stopped or starts again. Remoting remembers which actor a path led to
 * even after that one is gone: messages to a new one in its place would get lost (a replica that left the group and came back
 * heard nothing from its leader).
 *
 * <p>A replica whose disk failed, or that broke an invariant, starts again from its disk after a pause that doubles each time: all
 * that it promised is there, so a restart is as safe as a crash. After {@code flotilla.raft.max-restarts} in a row, or at once if
 * the state machine threw (which it would do again), this actor fails with the cause; its parent sees {@link ChildFailed}, and
 * the other replicas go on without this one.
 */
public final class RaftGroup {
  /** What is meant for the replica goes to whichever incarnation of its peer runs; while none does, it is answered here. */
  public sealed interface Command permits RaftPeer.Command, Start, Stop, Restart {}

  /** Start a replica again after {@link Stop}. */
  public record Start(Replica replica) implements Command {}

  /** Stop the replica, but stay: others know this actor as the group's address on this node. */
  public record Stop(ActorRef<Stopped> replyTo) implements Command {}

  /** Nothing of the replica runs any more. */
  public record Stopped(String groupId) {}

  private enum Restart implements Command { INSTANCE }

  private static final int STABLE_AFTER_BACKOFFS = 10;

  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final Replica replica;

  private RaftGroup(ActorContext<Command> context, TimerScheduler<Command> timers, Replica replica) {
    this.context = context;
    this.timers = timers;
    this.replica = replica;
  }

  public static Behavior<Command> create(Replica replica) {
    return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
      context.spawn(bulk(context.getSelf()), RaftPaths.bulkName(), dispatcher());
      return new RaftGroup(context, timers, replica).start(0);
    }));
  }

  /** The far end of the large-message lane. */
  private static Behavior<RaftPeer.Command> bulk(ActorRef<Command> group) {
    return Behaviors.receiveMessage(command -> {
      group.tell(command);
      return Behaviors.same();
    });
  }

  private Behavior<Command> start(int restarts) {
    ActorRef<RaftPeer.Command> peer = context.spawn(RaftPeer.create(replica), RaftPaths.peerName(), dispatcher());
    context.watch(peer);
    return running(peer, restarts, replica.clock().nanos());
  }

  private Behavior<Command> running(ActorRef<RaftPeer.Command> peer, int restarts, long startedNanos) {
    return Behaviors.receive((_, command) -> switch (command) {
      case RaftPeer.Command forReplica -> {
        peer.tell(forReplica);
        yield Behaviors.same();
      }
      case Stop(var replyTo) -> {
        context.stop(peer);
        yield stopping(replyTo);
      }
      case Start _, Restart _ -> Behaviors.unhandled();
    }, (_, signal) -> onSignal(signal, restarts, startedNanos));
  }

  /** The peer takes its log and its state machine with it. */
  private Behavior<Command> stopping(ActorRef<Stopped> replyTo) {
    return Behaviors.receive((_, command) -> switch (command) {
      case RaftPeer.Command forReplica -> refuse(forReplica);
      case Start _, Stop _, Restart _ -> Behaviors.unhandled();
    }, (_, signal) -> signal instanceof Terminated ? onStopped(replyTo) : Behaviors.same());
  }

  private Behavior<Command> onStopped(ActorRef<Stopped> replyTo) {
    replyTo.tell(new Stopped(replica.groupId()));
    return Behaviors.receiveMessage(command -> switch (command) {
      case RaftPeer.Command forReplica -> refuse(forReplica);
      case Start(var again) -> new RaftGroup(context, timers, again).start(0);
      case Stop(var another) -> onStopped(another);
      case Restart _ -> Behaviors.unhandled();
    });
  }

  private Behavior<Command> waiting(int restarts) {
    return Behaviors.receiveMessage(command -> switch (command) {
      case RaftPeer.Command forReplica -> refuse(forReplica);
      case Stop(var replyTo) -> {
        timers.cancelAll();
        yield onStopped(replyTo);
      }
      case Start _ -> Behaviors.unhandled();
      case Restart _ -> start(restarts);
    });
  }

  private Behavior<Command> onSignal(Signal signal, int restarts, long startedNanos) {
    return switch (signal) {
      case ChildFailed failed -> onReplicaFailed(failed.getCause(), restarts, startedNanos);
      case Terminated _ -> onReplicaFailed(new IllegalStateException("its peer stopped"), restarts, startedNanos);
      default -> Behaviors.same();
    };
  }

  private Behavior<Command> onReplicaFailed(Throwable cause, int restarts, long startedNanos) {
    RaftGroupSettings settings = replica.settings();
    Duration ran = Duration.ofNanos(replica.clock().nanos() - startedNanos);
    int inARow = ran.compareTo(settings.restartBackoffMax().multipliedBy(STABLE_AFTER_BACKOFFS)) > 0 ? 0 : restarts;
    if (cause instanceof StateMachineActor.StateMachineFailure || inARow >= settings.maxRestarts()) {
      context.getLog().error("{} failed after {} restarts and stays stopped", replica, inARow, cause);
      throw new IllegalStateException("Replica %s failed and stays stopped".formatted(replica), cause);
    }
    Duration pause = backoff(inARow);
    context.getLog().error("{} failed and starts again from its disk in {} ms, restart {} of {}", replica, pause.toMillis(),
        inARow + 1, settings.maxRestarts(), cause);
    timers.startSingleTimer(Restart.INSTANCE, pause);
    return waiting(inARow + 1);
  }

  private Duration backoff(int restarts) {
    Duration pause = replica.settings().restartBackoffMin().multipliedBy(1L << Math.min(restarts, 30));
    Duration max = replica.settings().restartBackoffMax();
    return pause.compareTo(max) < 0 ? pause : max;
  }

  /** Nothing was done, so clients may go elsewhere; peers ask again by themselves. */
  private Behavior<Command> refuse(RaftPeer.Command command) {
    switch (command) {
      case RaftClientProtocol.Requests requests -> {
        Answers answers = new Answers();
        requests.requests().forEach(request ->
            answers.add(requests.replyTo(), new Reply.NotLeader(request.requestId(), Optional.empty())));
        answers.send();
      }
      case RaftPeer.ChangeMembership change -> change.replyTo().tell(new Effect.ChangeOutcome.NotLeader(Optional.empty()));
      case RaftPeer.TransferLeadership transfer ->
          transfer.replyTo().tell(new Effect.ChangeOutcome.NotLeader(Optional.empty()));
      case RaftPeer.GetStatus(var replyTo) -> replyTo.tell(ReplicaStatus.idle(replica.groupId(), replica.self(), "stopped"));
      default -> context.getLog().debug("{} is stopped and drops {}", replica, command);
    }
    return Behaviors.same();
  }

  private static DispatcherSelector dispatcher() {
    return DispatcherSelector.fromConfig(RaftGroupSettings.DISPATCHER);
  }
}
