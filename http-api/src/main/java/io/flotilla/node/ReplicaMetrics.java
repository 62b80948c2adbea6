package io.flotilla.node;

import io.flotilla.http.ReplicaGauges;
import io.flotilla.kv.registry.ClusterAdmin;
import io.flotilla.kv.registry.ClusterAdmin.GroupView;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/** Shows the state of this node's replicas as metrics, looked at anew every few seconds. */
final class ReplicaMetrics {
  sealed interface Command {}

  private enum Look implements Command { INSTANCE }

  private record Looked(List<GroupView> groups) implements Command {}

  private static final Duration INTERVAL = Duration.ofSeconds(5);

  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final ClusterAdmin admin;
  private final ReplicaGauges gauges;

  private ReplicaMetrics(ActorContext<Command> context, TimerScheduler<Command> timers, ClusterAdmin admin, ReplicaGauges gauges) {
    this.context = context;
    this.timers = timers;
    this.admin = admin;
    this.gauges = gauges;
  }

  static Behavior<Command> create(ClusterAdmin admin, ReplicaGauges gauges) {
    return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
      timers.startSingleTimer(Look.INSTANCE, INTERVAL);
      return new ReplicaMetrics(context, timers, admin, gauges).running();
    }));
  }

  private Behavior<Command> running() {
    return Behaviors.receiveMessage(command -> switch (command) {
      case Look _ -> onLook();
      case Looked(var groups) -> onLooked(groups);
    });
  }

  private Behavior<Command> onLook() {
    context.pipeToSelf(admin.groups(), (groups, _) -> new Looked(groups == null ? List.of() : groups));
    return Behaviors.same();
  }

  /** The next look begins a while after this one has ended, so that looks never pile up. */
  private Behavior<Command> onLooked(List<GroupView> groups) {
    gauges.show(groups);
    timers.startSingleTimer(Look.INSTANCE, INTERVAL);
    return Behaviors.same();
  }
}
