package io.flotilla.raft.actor;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * Finds replicas by their path, without asking. Thread-safe.
 *
 * <p>A path in another system is resolved once: its reference means whichever incarnation runs when a message arrives. A path in
 * this system means the incarnation of this moment, or nobody if there is none yet, so it is resolved anew each time; whoever
 * sends should not keep it either.
 */
public final class ReplicaRefs {
  private final ActorRefResolver resolver;
  private final Map<String, ActorRef<RaftPeer.Command>> remote = new ConcurrentHashMap<>();

  public ReplicaRefs(ActorSystem<?> system) {
    this.resolver = ActorRefResolver.get(system);
  }

  /** The replica's peer; see {@link RaftPaths#peer}. */
  public ActorRef<RaftPeer.Command> peer(String systemAddress, String groupId) {
    return resolve(RaftPaths.peer(systemAddress, groupId));
  }

  /** The replica's peer by way of the large-message lane; see {@link RaftPaths#bulk}. */
  public ActorRef<RaftPeer.Command> bulk(String systemAddress, String groupId) {
    return resolve(RaftPaths.bulk(systemAddress, groupId));
  }

  private ActorRef<RaftPeer.Command> resolve(String path) {
    ActorRef<RaftPeer.Command> known = remote.get(path);
    if (known != null) {
      return known;
    }
    ActorRef<RaftPeer.Command> resolved = resolver.resolveActorRef(path);
    if (resolved.path().address().hasGlobalScope()) {
      remote.put(path, resolved);
    }
    return resolved;
  }
}
