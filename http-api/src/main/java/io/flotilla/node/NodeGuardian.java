package io.flotilla.node;

import io.flotilla.http.HttpServer;
import io.flotilla.kv.registry.ClusterAdmin;
import io.flotilla.kv.registry.GroupManager;
import io.flotilla.kv.registry.HostCommand;
import io.flotilla.raft.actor.RaftGroup;
import io.flotilla.raft.actor.RaftPaths;
import io.flotilla.raft.actor.Replica;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.ChildFailed;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * The root of one node: starts what a node consists of, and has the Raft groups as its children, since their paths are fixed. What
 * keeps a node from becoming ready stops it, with the reason for whoever started it; a replica that fails later leaves the node
 * running for its other replicas, and shows in {@code /readyz}.
 */
public final class NodeGuardian extends AbstractMatchingBehavior<NodeGuardian.Command> {
  public sealed interface Command {}

  private record Host(HostCommand command) implements Command {}

  private record ReplicaStopped(String groupId) implements Command {}

  private record HttpBound(HttpServer.Binding binding) implements Command {}

  private record HttpNotBound(Throwable cause) implements Command {}

  private enum LookWhetherReady implements Command { INSTANCE }

  private record Looked(Optional<ClusterAdmin.Readiness> readiness) implements Command {}

  private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final NodeSettings settings;
  private final CompletableFuture<String> fatal;
  private final NodeParts parts;
  private final ActorRef<RaftGroup.Stopped> replicaStopped;
  private final Map<ActorRef<Void>, String> groups = new HashMap<>();
  private boolean ready;

  private NodeGuardian(ActorContext<Command> context, TimerScheduler<Command> timers, NodeSettings settings,
      CompletableFuture<String> fatal) {
    super(context);
    this.context = context;
    this.timers = timers;
    this.settings = settings;
    this.fatal = fatal;
    this.replicaStopped =
        context.messageAdapter(RaftGroup.Stopped.class, stopped -> new ReplicaStopped(stopped.groupId()));
    this.parts = NodeParts.start(context, settings, context.messageAdapter(HostCommand.class, Host::new));
    context.watch(parts.manager());
    context.pipeToSelf(parts.serveHttp(), (binding, failure) -> failure == null ? new HttpBound(binding) : new HttpNotBound(failure));
  }

  /**
   * A node.
   *
   * @param fatal completed with the reason when the node stops because it cannot go on
   */
  public static Behavior<Command> create(NodeSettings settings, CompletableFuture<String> fatal) {
    return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
      context.setLoggerName(NodeGuardian.class); // the library would find a class of its own, whose news nobody sees
      try {
        return new NodeGuardian(context, timers, settings, fatal);
      } catch (RuntimeException cannotStart) { // the database refuses its folder, say
        fatal.complete(Failures.describe(cannotStart));
        return Behaviors.stopped();
      }
    }));
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    return switch (command) {
      case Host(var order) -> onHostCommand(order);
      case ReplicaStopped(var groupId) -> onReplicaStopped(groupId);
      case HttpBound(var binding) -> onHttpBound(binding);
      case HttpNotBound(var cause) -> stop(ListeningPorts.refusal("HTTP", settings.http().host(),
          settings.http().port(), Failures.describe(cause)));
      case LookWhetherReady _ -> lookWhetherReady();
      case Looked(var readiness) -> onLooked(readiness);
    };
  }

  @Override
  public Behavior<Command> onSignal(Signal signal) {
    return switch (signal) {
      case ChildFailed failed when groups.containsKey(failed.getRef()) -> onReplicaFailed(groups.remove(failed.getRef()),
          failed.getCause());
      case ChildFailed failed -> stop(Failures.describe(failed.getCause()));
      default -> this;
    };
  }

  private Behavior<Command> onHostCommand(HostCommand order) {
    switch (order) {
      case HostCommand.StartReplica(var replica) -> startReplica(replica);
      case HostCommand.StopReplica(var groupId) -> group(groupId).ifPresentOrElse(
          group -> group.tell(new RaftGroup.Stop(replicaStopped)),
          () -> parts.manager().tell(new GroupManager.ReplicaStopped(groupId)));
    }
    return this;
  }

  private void startReplica(Replica replica) {
    group(replica.groupId()).ifPresentOrElse(group -> group.tell(new RaftGroup.Start(replica)), () -> {
      ActorRef<RaftGroup.Command> group = context.spawn(RaftGroup.create(replica), RaftPaths.groupName(replica.groupId()));
      context.watch(group);
      groups.put(group.unsafeUpcast(), replica.groupId());
    });
  }

  /** The group's actor, whether it runs a replica or only did. */
  private Optional<ActorRef<RaftGroup.Command>> group(String groupId) {
    return context.getChild(RaftPaths.groupName(groupId)).map(ActorRef::unsafeUpcast);
  }

  private Behavior<Command> onReplicaStopped(String groupId) {
    parts.manager().tell(new GroupManager.ReplicaStopped(groupId));
    return this;
  }

  private Behavior<Command> onReplicaFailed(String groupId, Throwable cause) {
    if (!ready) {
      return stop("the replica of %s cannot start: %s".formatted(groupId, Failures.describe(cause)));
    }
    parts.manager().tell(new GroupManager.ReplicaFailed(groupId, Failures.describe(cause)));
    return this;
  }

  private Behavior<Command> onHttpBound(HttpServer.Binding binding) {
    parts.stopWithSystem(binding);
    return lookWhetherReady();
  }

  private Behavior<Command> lookWhetherReady() {
    context.pipeToSelf(parts.admin().readiness(), (readiness, _) -> new Looked(Optional.ofNullable(readiness)));
    return this;
  }

  private Behavior<Command> onLooked(Optional<ClusterAdmin.Readiness> readiness) {
    if (readiness.map(ClusterAdmin.Readiness::ready).orElse(false)) {
      ready = true;
      context.getLog().info("{} is ready: {}, remoting at {}, data in {}", settings.self().id(), settings.httpUrl(),
          settings.self().address(), settings.folder());
    } else {
      timers.startSingleTimer(LookWhetherReady.INSTANCE, LOOK_AGAIN);
    }
    return this;
  }

  private Behavior<Command> stop(String reason) {
    context.getLog().error("{} stops: {}", settings.self().id(), reason);
    fatal.complete(reason);
    return Behaviors.stopped();
  }
}
