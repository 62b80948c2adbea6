package io.flotilla.raft;

import java.util.List;
import java.util.SortedSet;

/** Everything that can happen to a replica, as seen by {@link RaftCore}. */
public sealed interface Input {
  /**
   * Clients' commands, in order. Answered by {@link Effect.Accepted} or {@link Effect.Refused}.
   *
   * @param timeMillis this replica's wall clock
   */
  record Propose(List<Proposal> proposals, long timeMillis) implements Input {
    public Propose {
      proposals = List.copyOf(proposals);
    }
  }

  /**
   * Asks from which index on a read is linearizable. Answered by {@link Effect.ReadReady} or {@link Effect.ReadRefused}.
   *
   * @param readId the caller's own number, unique while it waits
   */
  record Read(long readId, ReadMode mode) implements Input {}

  record Received(RaftMessage message) implements Input {}

  record TimerFired(Timer timer) implements Input {}

  /** All that {@link Effect.Persist} asked for is durable, up to and with {@code writeNumber}. */
  record PersistedUpTo(long writeNumber) implements Input {}

  /** The state machine has applied every command up to and with {@code index}. */
  record AppliedUpTo(long index) implements Input {}

  /** A snapshot of the state machine as of {@code lastIncludedIndex} is durable: the log before it may go. */
  record SnapshotSaved(long lastIncludedIndex) implements Input {}

  /** A chunk from {@link Effect.StoreSnapshotChunk} is stored. */
  record SnapshotChunkStored(long lastIncludedIndex, long nextOffset) implements Input {}

  /** The snapshot from {@link Effect.InstallSnapshot} is durable, and handed to the state machine. */
  record SnapshotInstalled(long lastIncludedIndex, long lastIncludedTerm, Membership membership) implements Input {}

  /**
   * Wants this membership in the end; new voters join as learners until they have caught up (§6). Answered by
   * {@link Effect.MembershipChangeEnded}.
   */
  record ChangeMembership(long requestId, SortedSet<PeerId> voters, SortedSet<PeerId> learners) implements Input {}

  /** Wants another voter to lead. Answered by {@link Effect.TransferEnded}. */
  record TransferLeadership(long requestId, PeerId target) implements Input {}

  /** A command on its way in; {@code requestId} is the caller's and only comes back. */
  record Proposal(long requestId, byte[] payload) {}

  /** How a read makes sure that it misses no acknowledged write. */
  enum ReadMode {
    /** A majority confirms the leadership after the read has arrived (§8). */
    READ_INDEX,
    /** A majority confirmed it less than a lease ago: relies on clocks whose rates differ by a bounded factor (thesis §6.4.1). */
    LEASE
  }
}
