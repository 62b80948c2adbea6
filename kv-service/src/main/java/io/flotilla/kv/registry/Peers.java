package io.flotilla.kv.registry;

import io.flotilla.raft.actor.RaftPaths;
import io.flotilla.raft.actor.RaftPeer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;

/** The replicas of all groups, wherever they are. Thread-safe. */
final class Peers {
  private final ActorRefResolver resolver;
  private final AddressBook book;
  private final Map<String, ActorRef<RaftPeer.Command>> byPath = new ConcurrentHashMap<>();

  Peers(ActorSystem<?> system, AddressBook book) {
    this.resolver = ActorRefResolver.get(system);
    this.book = book;
  }

  /** A node's replica of a group, if the node's address is known; whether there is one shows when it answers. */
  Optional<ActorRef<RaftPeer.Command>> find(String node, String groupId) {
    return book.systemOf(node).map(system -> byPath.computeIfAbsent(RaftPaths.peer(system, groupId), resolver::resolveActorRef));
  }
}
