package io.flotilla.raft.actor;

/** Placeholder. */
public final class RaftPeer {
  private RaftPeer() {}

  public sealed interface Command permits RaftClientProtocol.Requests {}
}
