package io.flotilla.raft.actor;

import io.flotilla.raft.LogEntry;
import io.flotilla.raft.Membership;
import io.flotilla.raft.PeerId;
import java.util.List;
import java.util.Optional;

/**
 * All that {@link RaftLog} knows, beside the state machine's content: a Pekko snapshot stands for every event up to its sequence
 * number, and so for the entries after {@code lastIncludedIndex} as well.
 *
 * @param membership as of {@code lastIncludedIndex}
 * @param entriesAfter the log after {@code lastIncludedIndex}, as it was when the snapshot was saved
 */
public record SnapshotHeader(long currentTerm, Optional<PeerId> votedFor, long lastIncludedIndex, long lastIncludedTerm,
    Membership membership, List<LogEntry> entriesAfter) {
  public SnapshotHeader {
    entriesAfter = List.copyOf(entriesAfter);
  }
}
