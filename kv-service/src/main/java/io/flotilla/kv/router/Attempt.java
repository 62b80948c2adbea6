package io.flotilla.kv.router;

import io.flotilla.raft.PeerId;

/** An operation sent to one replica. */
record Attempt(long requestId, Operation operation, PeerId target, long sentTick) implements Sent {
  @Override
  public GroupRoute route() {
    return operation.route();
  }
}
