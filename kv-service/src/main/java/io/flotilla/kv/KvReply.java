package io.flotilla.kv;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What became of a {@link KvRequest}. Every outcome that users have to expect is one of these; exceptions are for bugs. */
public sealed interface KvReply {
  /** A put or an append was applied; {@code lengthBytes} is the value's length now. */
  record Written(long version, long revision, long lengthBytes) implements KvReply {}

  /** A delete was applied; {@code deleted} says whether there was anything. */
  record Deleted(boolean deleted, long revision) implements KvReply {}

  /** One reply to each write of the batch, in its order. */
  record BatchApplied(List<KvReply> replies) implements KvReply {
    public BatchApplied {
      replies = List.copyOf(replies);
    }
  }

  record Found(byte[] value, long version, long revision) implements KvReply {}

  record NotFound() implements KvReply {}

  /** One page; with a cursor there may be more. */
  record Scanned(List<Item> items, Optional<String> cursor) implements KvReply {
    public Scanned {
      items = List.copyOf(items);
    }
  }

  record Item(Key key, byte[] value, long version, long revision) {}

  /**
   * Not applied: the condition did not hold.
   *
   * @param version the record's, 0 if absent
   * @param revision the record's, 0 if absent
   * @param failedWrite which write of a batch, from 0; 0 for a single one
   */
  record ConditionFailed(long version, long revision, int failedWrite) implements KvReply {}

  /** Not applied: the request is one that no state could make good; {@code detail} says what is allowed. */
  record Invalid(String detail) implements KvReply {}

  /** Not applied: the value (or the value after the append, or the batch) is over {@code maxBytes}. */
  record TooLarge(long sizeBytes, long maxBytes) implements KvReply {}

  /** Not applied now: the session has gone beyond this sequence number and its answer is forgotten. */
  record SequenceSuperseded(long latestSequence) implements KvReply {}

  /** Not applied: no leader was found in time, or too much is under way. Try again, best after {@code retryAfter}. */
  record Unavailable(Reason reason, Duration retryAfter) implements KvReply {}

  /** The time limit passed and the write may have been applied, or may still be. A retry with its session and sequence is safe. */
  record OutcomeUnknown() implements KvReply {}

  /** Why a request was not taken. */
  enum Reason {
    NO_LEADER, OVERLOADED, STORE_FULL, TIMED_OUT
  }
}
