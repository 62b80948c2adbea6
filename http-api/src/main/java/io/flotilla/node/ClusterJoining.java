package io.flotilla.node;

import io.flotilla.kv.registry.AddressBook;
import io.flotilla.kv.registry.GroupManager;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.AddressFromURIString;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;

/**
 * Takes the node into the Pekko cluster, in which no node is special: nodes join the one that leads {@code meta}. That one first tries
 * the others, for it may be the one that was away, and begins a cluster only if nobody takes it in. Raft waits for none of this.
 */
final class ClusterJoining {
  sealed interface Command {}

  private enum TryAgain implements Command { INSTANCE }

  private record Asked(Optional<String> metaLeader) implements Command {}

  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration ANSWER = Duration.ofSeconds(1);

  /** Rounds in which the leader of meta asks the others before it begins a cluster. */
  private static final int ROUNDS = 2;

  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final Cluster cluster;
  private final String self;
  private final AddressBook book;
  private final ActorRef<GroupManager.Command> manager;

  private ClusterJoining(ActorContext<Command> context, TimerScheduler<Command> timers, String self, AddressBook book,
      ActorRef<GroupManager.Command> manager) {
    this.context = context;
    this.timers = timers;
    this.cluster = Cluster.get(context.getSystem());
    this.self = self;
    this.book = book;
    this.manager = manager;
  }

  /** Stops once the node is a member. */
  static Behavior<Command> create(String self, AddressBook book, ActorRef<GroupManager.Command> manager) {
    return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
      ClusterJoining joining = new ClusterJoining(context, timers, self, book, manager);
      joining.ask();
      return joining.trying(0);
    }));
  }

  private Behavior<Command> trying(int attempts) {
    return Behaviors.receiveMessage(command -> switch (command) {
      case TryAgain _ when isMember() -> Behaviors.stopped();
      case TryAgain _ -> {
        ask();
        yield Behaviors.same();
      }
      case Asked(var metaLeader) -> {
        timers.startSingleTimer(TryAgain.INSTANCE, PAUSE);
        yield metaLeader.map(leader -> join(leader, attempts)).orElse(Behaviors.same());
      }
    });
  }

  private void ask() {
    context.ask(GroupManager.Hosted.class, manager, ANSWER, GroupManager.GetHosted::new,
        (hosted, _) -> new Asked(hosted == null ? Optional.empty() : hosted.metaLeader()));
  }

  private Behavior<Command> join(String leader, int attempts) {
    if (leader.equals(self)) {
      List<String> others = book.nodes().stream().filter(node -> !node.equals(self)).toList();
      joinNode(attempts < others.size() * ROUNDS ? others.get(attempts % others.size()) : self);
    } else {
      joinNode(leader);
    }
    return trying(attempts + 1);
  }

  private void joinNode(String node) {
    book.systemOf(node).ifPresent(address -> cluster.manager().tell(Join.create(AddressFromURIString.parse(address))));
  }

  private boolean isMember() {
    MemberStatus status = cluster.selfMember().status();
    return status.equals(MemberStatus.up()) || status.equals(MemberStatus.weaklyUp());
  }
}
