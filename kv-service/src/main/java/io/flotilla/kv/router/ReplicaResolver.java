package io.flotilla.kv.router;

import io.flotilla.raft.actor.RaftPaths;
import io.flotilla.raft.actor.RaftPeer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;

/** From a node's address to its replica of a group. */
public interface ReplicaResolver {
  ActorRef<RaftPeer.Command> peer(String systemAddress, String groupId);

  /** The same replica by the lane for large messages. */
  ActorRef<RaftPeer.Command> bulk(String systemAddress, String groupId);

  /** Finds replicas where {@link RaftPaths} says they are. */
  static ReplicaResolver of(ActorSystem<?> system) {
    ActorRefResolver resolver = ActorRefResolver.get(system);
    return new ReplicaResolver() {
      @Override
      public ActorRef<RaftPeer.Command> peer(String systemAddress, String groupId) {
        return resolver.resolveActorRef(RaftPaths.peer(systemAddress, groupId));
      }

      @Override
      public ActorRef<RaftPeer.Command> bulk(String systemAddress, String groupId) {
        return resolver.resolveActorRef(RaftPaths.bulk(systemAddress, groupId));
      }
    };
  }
}
