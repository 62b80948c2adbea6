package io.flotilla.kv.router;

import io.flotilla.raft.actor.RaftPeer;
import io.flotilla.raft.actor.ReplicaRefs;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;

/** From a node's address to its replica of a group: asked anew for each message, since replicas come and go. */
public interface ReplicaResolver {
  ActorRef<RaftPeer.Command> peer(String systemAddress, String groupId);

  /** The same replica by the lane for large messages. */
  ActorRef<RaftPeer.Command> bulk(String systemAddress, String groupId);

  /** Finds replicas by their paths. */
  static ReplicaResolver of(ActorSystem<?> system) {
    ReplicaRefs refs = new ReplicaRefs(system);
    return new ReplicaResolver() {
      @Override
      public ActorRef<RaftPeer.Command> peer(String systemAddress, String groupId) {
        return refs.peer(systemAddress, groupId);
      }

      @Override
      public ActorRef<RaftPeer.Command> bulk(String systemAddress, String groupId) {
        return refs.bulk(systemAddress, groupId);
      }
    };
  }
}
