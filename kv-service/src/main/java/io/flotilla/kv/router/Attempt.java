package io.flotilla.kv.router;

import io.flotilla.raft.PeerId;

/** An operation sent to one replica, which has not answered yet. */
record Attempt(long requestId, Operation operation, PeerId target, long sentTick) {}
