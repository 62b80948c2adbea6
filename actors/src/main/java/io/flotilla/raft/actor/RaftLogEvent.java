package io.flotilla.raft.actor;

import io.flotilla.raft.LogEntry;
import io.flotilla.raft.Membership;
import io.flotilla.raft.PeerId;
import java.util.List;
import java.util.Optional;

/** What a replica's journal holds. On disk for ever: a field may be added under a new Kryo id, none may change. */
public sealed interface RaftLogEvent {
  /** The first event: the membership that the log begins with; without voters when the replica joins a group that exists. */
  record Bootstrapped(Membership membership) implements RaftLogEvent {}

  /**
   * A batch of what {@link io.flotilla.raft.Effect.Persist} asked for.
   *
   * @param entries replace whatever the log holds from the first one's index on; may be empty
   */
  record Appended(long currentTerm, Optional<PeerId> votedFor, List<LogEntry> entries) implements RaftLogEvent {
    public Appended {
      entries = List.copyOf(entries);
    }
  }

  /** A snapshot of this replica's own is durable: the log up to there is gone. */
  record PrefixDropped(long lastIncludedIndex) implements RaftLogEvent {}

  /** A leader's snapshot is durable: the log that it covers or contradicts is gone. */
  record SnapshotInstalled(long lastIncludedIndex, long lastIncludedTerm, Membership membership) implements RaftLogEvent {}
}
