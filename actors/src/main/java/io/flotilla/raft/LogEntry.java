package io.flotilla.raft;

import java.util.Arrays;
import java.util.Objects;

/** One entry of the replicated log (§5.3). Frozen: nobody changes a payload once it is in an entry. */
public sealed interface LogEntry {
  /** Position in the log, from 1, without gaps. */
  long index();

  /** The leader's term when it created the entry. */
  long term();

  /** What the entry costs in memory, on the wire and on disk, roughly, in bytes. */
  int sizeBytes();

  /**
   * A state machine command.
   *
   * @param timeMillis the leader's wall clock when it took the command; the next leader's may be behind it
   * @param payload the client's bytes, opaque here
   */
  record Command(long index, long term, long timeMillis, byte[] payload) implements LogEntry {
    @Override
    public int sizeBytes() {
      return payload.length + OVERHEAD_BYTES;
    }

    /** By content: an entry that came over the wire or from disk equals the one that was sent. */
    @Override
    public boolean equals(Object other) {
      return other instanceof Command command && index == command.index && term == command.term
          && timeMillis == command.timeMillis && Arrays.equals(payload, command.payload);
    }

    @Override
    public int hashCode() {
      return Objects.hash(index, term, timeMillis, Arrays.hashCode(payload));
    }

    @Override
    public String toString() {
      return "Command[index=%d, term=%d, payload=%d bytes]".formatted(index, term, payload.length);
    }
  }

  /** What a new leader appends first, so that it can commit what its predecessors left (§8). No state machine sees it. */
  record NoOp(long index, long term) implements LogEntry {
    @Override
    public int sizeBytes() {
      return OVERHEAD_BYTES;
    }
  }

  /** A membership, in force from the moment the entry is in the log, committed or not (§6). */
  record Reconfiguration(long index, long term, Membership membership) implements LogEntry {
    @Override
    public int sizeBytes() {
      return OVERHEAD_BYTES * (1 + membership.members().size());
    }
  }

  /** Index, term, time and framing of an entry, and its share of the objects that hold it. */
  int OVERHEAD_BYTES = 32;
}
