package io.flotilla.raft.actor;

import io.flotilla.raft.Membership;
import io.flotilla.raft.PeerId;
import java.util.Optional;

/**
 * One replica as it sees itself, at one moment.
 *
 * @param role {@code follower}, {@code pre-candidate}, {@code candidate}, {@code leader}; {@code recovering} until it has read its
 *     log; {@code stopped} while it is down after a failure
 * @param snapshotIndex last index that its latest durable snapshot covers
 * @param stateSizeBytes what the state machine holds in memory, roughly
 * @param logSizeBytes what the log holds in memory, roughly
 * @param inFlightBytes commands taken in and not yet applied
 * @param waitingReads reads not yet answered
 */
public record ReplicaStatus(String groupId, PeerId node, String role, Optional<PeerId> leaderId, long term, long commitIndex,
    long lastApplied, long lastIndex, long snapshotIndex, Membership membership, long stateSizeBytes, long logSizeBytes,
    long inFlightBytes, long waitingReads) {

  /** A replica that does not run, or not yet. */
  static ReplicaStatus idle(String groupId, PeerId node, String role) {
    return new ReplicaStatus(groupId, node, role, Optional.empty(), 0, 0, 0, 0, 0, Membership.NONE, 0, 0, 0, 0);
  }
}
