package io.flotilla.kv.registry;

import io.flotilla.raft.actor.RaftPeer;
import io.flotilla.raft.actor.ReplicaRefs;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;

/** The replicas of all groups, wherever they are. Thread-safe. */
final class Peers {
  private final ReplicaRefs refs;
  private final AddressBook book;

  Peers(ActorSystem<?> system, AddressBook book) {
    this.refs = new ReplicaRefs(system);
    this.book = book;
  }

  /** A node's replica of a group, if the node's address is known; whether there is one shows when it answers. */
  Optional<ActorRef<RaftPeer.Command>> find(String node, String groupId) {
    return book.systemOf(node).map(system -> refs.peer(system, groupId));
  }
}
