package io.flotilla.kv.router;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Keeps a router outside of nodes informed: asks all nodes until one has answered, then one after another at a leisurely pace.
 * The contacts it began with stay on the list, and each answer may add to it, so it goes on while any node ever heard of lives.
 */
final class DirectoryFollower {
  sealed interface Command {}

  private record Heard(DirectorySnapshot directory) implements Command {}

  private enum Ask implements Command { INSTANCE }

  private static final Duration FIRST_ANSWER_PAUSE = Duration.ofMillis(200);

  private final ActorRefResolver resolver;
  private final TimerScheduler<Command> timers;
  private final List<String> contacts;
  private final ActorRef<Router.Command> router;
  private final Duration refresh;
  private final ActorRef<DirectorySnapshot> replyTo;

  private DirectoryFollower(ActorContext<Command> context, TimerScheduler<Command> timers, List<String> contacts,
      ActorRef<Router.Command> router, Duration refresh) {
    this.resolver = ActorRefResolver.get(context.getSystem());
    this.timers = timers;
    this.contacts = contacts;
    this.router = router;
    this.refresh = refresh;
    this.replyTo = context.messageAdapter(DirectorySnapshot.class, Heard::new);
  }

  /**
   * A follower that asks at once.
   *
   * @param contacts addresses of actor systems
   */
  static Behavior<Command> create(List<String> contacts, ActorRef<Router.Command> router, Duration refresh) {
    return Behaviors.setup(context -> Behaviors.withTimers(timers ->
        new DirectoryFollower(context, timers, contacts, router, refresh).searching()));
  }

  private Behavior<Command> searching() {
    contacts.forEach(this::ask);
    timers.startTimerWithFixedDelay(Ask.INSTANCE, FIRST_ANSWER_PAUSE);
    return Behaviors.receiveMessage(command -> switch (command) {
      case Ask _ -> {
        contacts.forEach(this::ask);
        yield Behaviors.same();
      }
      case Heard(DirectorySnapshot directory) -> {
        timers.startTimerWithFixedDelay(Ask.INSTANCE, refresh);
        yield onHeard(directory, 0);
      }
    });
  }

  private Behavior<Command> following(List<String> nodes, int next) {
    return Behaviors.receiveMessage(command -> switch (command) {
      case Ask _ -> {
        ask(nodes.get(next % nodes.size()));
        yield following(nodes, (next + 1) % nodes.size());
      }
      case Heard(DirectorySnapshot directory) -> onHeard(directory, next);
    });
  }

  private Behavior<Command> onHeard(DirectorySnapshot directory, int next) {
    router.tell(new Router.UseDirectory(directory));
    Set<String> nodes = new LinkedHashSet<>(directory.addresses().values());
    nodes.addAll(contacts);
    return following(new ArrayList<>(nodes), next);
  }

  private void ask(String systemAddress) {
    ActorRef<DirectoryProtocol> directory = resolver.resolveActorRef(DirectoryProtocol.path(systemAddress));
    directory.tell(new DirectoryProtocol.GetDirectory(replyTo));
  }
}
