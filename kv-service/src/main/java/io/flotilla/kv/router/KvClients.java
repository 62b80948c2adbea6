package io.flotilla.kv.router;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.flotilla.kv.KvClient;
import io.flotilla.settings.SettingsReader;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Makes {@link KvClient}s. */
public final class KvClients {
  /** The name that the actor systems of all nodes share. */
  private static final String NODES_SYSTEM = "flotilla";
  private static final String CLIENT_SYSTEM = "flotilla-client";

  private KvClients() {}

  /** A client of a node's own router. Closing it closes nothing. */
  public static KvClient inNode(ActorRef<Router.Command> router) {
    return new RouterClient(router);
  }

  /**
   * A client in a JVM of its own, which reaches the nodes by Pekko remoting. It learns of all nodes from any one of those given,
   * and goes on as long as one that it has heard of is there. Starts an actor system; {@link KvClient#close} ends it.
   *
   * @param contacts nodes to begin with, as {@code host:port} of their actor systems
   * @param config over the defaults; {@code flotilla.kv} is what matters, and {@code flotilla.kv.client.system} for its actor system
   * @throws IllegalArgumentException there is no contact, one is no {@code host:port}, or a value in the configuration is bad
   */
  public static KvClient connect(List<String> contacts, Config config) {
    Config withDefaults = config.withFallback(ConfigFactory.defaultOverrides()).withFallback(ConfigFactory.defaultReference())
        .resolve();
    KvSettings settings = KvSettings.from(withDefaults);
    List<String> addresses = contacts.stream().map(KvClients::systemAddress).toList();
    if (addresses.isEmpty()) {
      throw new IllegalArgumentException("a client needs at least one contact, as host:port");
    }
    // What makes the system a client's stands above the rest, which may be a node's.
    Config systemConfig = withDefaults.getConfig("flotilla.kv.client.system").withFallback(withDefaults);
    Duration refresh = SettingsReader.of(withDefaults).duration("flotilla.kv.client.directory-refresh");
    ActorSystem<Router.Command> system = ActorSystem.create(Behaviors.setup(context -> {
      ActorRef<Router.Command> router = context.spawn(Router.create(settings, Optional.empty(),
          ReplicaResolver.of(context.getSystem()), new SplittableRandom(new SecureRandom().nextLong())), "kv-router");
      context.spawn(DirectoryFollower.create(addresses, router, refresh), "directory-follower");
      return Behaviors.receiveMessage(command -> {
        router.tell(command);
        return Behaviors.same();
      });
    }), CLIENT_SYSTEM, systemConfig);
    return new ConnectedClient(system);
  }

  private static String systemAddress(String contact) {
    int colon = contact.lastIndexOf(':');
    if (colon < 1 || !contact.substring(colon + 1).matches("[0-9]{1,5}")) {
      throw new IllegalArgumentException("a contact is host:port, not '%s'".formatted(contact));
    }
    return "pekko://%s@%s".formatted(NODES_SYSTEM, contact);
  }
}
