package io.flotilla.kv;

import java.util.List;
import java.util.Optional;

/** What one can ask of the key-value store. Keys and values are frozen once they are in a request. */
public sealed interface KvRequest {
  /** Changes something: travels through the log, is applied exactly once however often it is sent. */
  sealed interface Write extends KvRequest {}

  /** Changes something under one key. */
  sealed interface KeyWrite extends Write {
    Key key();

    /** What must hold for it to be applied. */
    Condition condition();
  }

  /** Changes nothing. */
  sealed interface Read extends KvRequest {
    Consistency consistency();
  }

  record Put(Key key, byte[] value, Condition condition) implements KeyWrite {}

  /** Adds to the end of the value; an absent key has an empty one. */
  record Append(Key key, byte[] suffix, Condition condition) implements KeyWrite {}

  record Delete(Key key, Condition condition) implements KeyWrite {}

  /** All or nothing, in order; each sees what those before it did. The keys share a shard. */
  record Batch(List<KeyWrite> writes) implements Write {
    public Batch {
      writes = List.copyOf(writes);
    }
  }

  record Get(Key key, Consistency consistency) implements Read {}

  /**
   * Reads a range in key order (unsigned bytes of UTF-8).
   *
   * @param prefix only keys that begin so; empty: all
   * @param start only keys from here on, included
   * @param end only keys before it
   * @param limit at most so many items; see {@link KvLimits}. Large values make a page shorter
   * @param cursor where an earlier page ended, as it said
   */
  record Scan(byte[] prefix, Optional<byte[]> start, Optional<byte[]> end, int limit, Optional<String> cursor,
      Consistency consistency) implements Read {}

  /** How fresh a read is. */
  enum Consistency {
    /** Sees every write acknowledged before it was asked for. */
    LINEARIZABLE,
    /** The same as long as clocks drift less than configured, and without a round of messages. */
    LEASE,
    /** What one replica happens to hold. */
    STALE
  }

  /** What must hold of the record for a write to be applied; else {@link KvReply.ConditionFailed}. */
  sealed interface Condition {
    record Always() implements Condition {}

    /** At this version; 0: the key is absent. */
    record VersionIs(long version) implements Condition {}

    /** Last changed at this revision. */
    record RevisionIs(long revision) implements Condition {}

    record Absent() implements Condition {}

    Condition ALWAYS = new Always();
  }
}
