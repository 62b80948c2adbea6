package io.flotilla.kv.router;

import io.flotilla.kv.SessionStamp;
import java.util.TreeSet;
import java.util.UUID;

/**
 * A router's own session with the state machine: numbers its writes and knows which of them are still without an answer. They
 * are answered in any order, and the lowest holds the state machine to all answers from there on (thesis §6.3).
 */
final class ClientSession {
  /** A write that stays behind while so many pass it would make the session large on every replica. */
  private static final long MAX_SPAN = 1 << 16;

  private final UUID sessionId;
  private final TreeSet<Long> outstanding = new TreeSet<>();
  private long nextSequence;

  ClientSession(UUID sessionId) {
    this.sessionId = sessionId;
  }

  boolean isFull() {
    return nextSequence - firstOutstanding() >= MAX_SPAN;
  }

  /** The stamp of a new write; it is outstanding until {@link #onAnswered}. */
  SessionStamp next() {
    outstanding.add(nextSequence);
    return new SessionStamp(sessionId, nextSequence++);
  }

  long firstOutstanding() {
    return outstanding.isEmpty() ? nextSequence : outstanding.first();
  }

  boolean isOwn(SessionStamp stamp) {
    return stamp.sessionId().equals(sessionId);
  }

  /** Nobody waits for that write any more. */
  void onAnswered(SessionStamp stamp) {
    if (isOwn(stamp)) {
      outstanding.remove(stamp.sequence());
    }
  }
}
