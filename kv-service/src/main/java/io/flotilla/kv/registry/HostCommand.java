package io.flotilla.kv.registry;

import io.flotilla.raft.actor.Replica;

/**
 * What a {@link GroupManager} asks of the actor that has the groups as its children, the user guardian: their paths are fixed, so that
 * others find them.
 */
public sealed interface HostCommand {
  /** Starts a replica. Should it ever fail for good, the manager hears {@link GroupManager.ReplicaFailed}. */
  record StartReplica(Replica replica) implements HostCommand {}

  /** Stops a replica; answered by {@link GroupManager.ReplicaStopped}. */
  record StopReplica(String groupId) implements HostCommand {}
}
