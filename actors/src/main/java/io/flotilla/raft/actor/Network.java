package io.flotilla.raft.actor;

import io.flotilla.raft.PeerId;
import io.flotilla.raft.RaftMessage;

/** How a replica reaches the other replicas of its group. Messages may be lost, repeated and reordered: Raft bears all three. */
public interface Network {
  /** Sends and forgets; never blocks, never throws for a peer that cannot be reached. */
  void send(PeerId to, RaftMessage message);
}
