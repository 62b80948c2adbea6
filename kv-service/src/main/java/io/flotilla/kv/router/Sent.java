package io.flotilla.kv.router;

import io.flotilla.raft.PeerId;

/** What one replica was sent and has not answered yet. */
sealed interface Sent permits Attempt, Question {
  /** The router's own number, which the reply carries. */
  long requestId();

  GroupRoute route();

  PeerId target();

  /** When, in the router's ticks. */
  long sentTick();
}
