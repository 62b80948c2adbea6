package io.flotilla.raft;

/** The timers that the core asks for: setting one that runs starts it anew. */
public enum Timer {
  /** Follower, candidate: campaign when it fires (§5.2). */
  ELECTION,
  /** Leader: send heartbeats and look after silent followers. */
  HEARTBEAT,
  /** Leader: send what a quorum could do without. */
  THRIFTY,
  /** Leader: step down unless a majority was heard since the last firing. */
  CHECK_QUORUM,
  /** Leader: give up a leadership transfer that takes too long (thesis §3.10). */
  TRANSFER
}
