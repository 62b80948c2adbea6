package io.flotilla.kv.router;

import io.flotilla.raft.PeerId;

/** Who leads that group? */
record Question(long requestId, GroupRoute route, PeerId target, long sentTick) implements Sent {}
