package io.flotilla.kv.registry;

import io.flotilla.raft.Membership;
import io.flotilla.raft.actor.Replica;

/** Puts together what a replica on this node stands on. */
@FunctionalInterface
public interface ReplicaFactory {
  /**
   * A replica to start.
   *
   * @param bootstrap the membership that its log begins with, should it be empty
   */
  Replica create(String groupId, Membership bootstrap);
}
