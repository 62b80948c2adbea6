package io.flotilla.kv.store;

import java.util.UUID;

/** What the state machine knows of one client: answers that may be asked for again. */
final class Session {
  /** A session's own memory: this object, its id, its place in the table of sessions, its empty arrays. */
  static final long OVERHEAD_BYTES = 224;
  private static final long REPLY_OVERHEAD_BYTES = 16;
  private static final long SLOT_BYTES = 12;

  private final UUID id;
  private final KeptReplies replies;
  private long lastUsedMillis;
  private long firstOutstanding;
  private long latestSequence;
  private long repliesBytes;

  Session(UUID id) {
    this(id, new KeptReplies(), 0, 0, 0, 0);
  }

  private Session(UUID id, KeptReplies replies, long lastUsedMillis, long firstOutstanding, long latestSequence,
      long repliesBytes) {
    this.id = id;
    this.replies = replies;
    this.lastUsedMillis = lastUsedMillis;
    this.firstOutstanding = firstOutstanding;
    this.latestSequence = latestSequence;
    this.repliesBytes = repliesBytes;
  }

  UUID id() {
    return id;
  }

  long lastUsedMillis() {
    return lastUsedMillis;
  }

  /** Writes before it have had their answers. */
  long firstOutstanding() {
    return firstOutstanding;
  }

  long latestSequence() {
    return latestSequence;
  }

  KeptReplies replies() {
    return replies;
  }

  void use(long timeMillis) {
    lastUsedMillis = timeMillis;
  }

  /** The client has all answers before that one. A late copy of an older command says less and changes nothing. */
  void forgetBefore(long sequence) {
    firstOutstanding = Math.max(firstOutstanding, sequence);
    while (replies.count() > 0 && replies.sequenceAt(0) < firstOutstanding) {
      repliesBytes -= sizeOf(replies.removeFirst());
    }
  }

  void keep(long sequence, byte[] reply) {
    replies.keep(sequence, reply);
    latestSequence = Math.max(latestSequence, sequence);
    repliesBytes += sizeOf(reply);
  }

  /** Restores what a snapshot says of a session before its replies. */
  void restore(long usedMillis, long outstanding, long latest) {
    lastUsedMillis = usedMillis;
    firstOutstanding = outstanding;
    latestSequence = latest;
  }

  long sizeBytes() {
    return OVERHEAD_BYTES + repliesBytes + SLOT_BYTES * replies.capacity();
  }

  Session copy() {
    return new Session(id, replies.copy(), lastUsedMillis, firstOutstanding, latestSequence, repliesBytes);
  }

  private static long sizeOf(byte[] reply) {
    return REPLY_OVERHEAD_BYTES + ((reply.length + 7L) & ~7L);
  }
}
