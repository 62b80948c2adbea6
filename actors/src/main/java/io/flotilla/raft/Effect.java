package io.flotilla.raft;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What the world owes {@link RaftCore} after a step, in list order. */
public sealed interface Effect {
  /**
   * Make the term, the vote and the entries durable, atomically, replacing whatever the log holds from the first entry's index
   * on. Reported by {@link Input.PersistedUpTo}; several may be written as one.
   *
   * @param writeNumber rises by one with each
   * @param entries may be empty: then only term and vote changed
   */
  record Persist(long writeNumber, long currentTerm, Optional<PeerId> votedFor, List<LogEntry> entries)
      implements Effect {}

  record Send(PeerId to, RaftMessage message) implements Effect {}

  /**
   * Send the chunk of the saved snapshot that begins at {@code offset}. If it is no longer there, do nothing: the core asks again.
   */
  record SendSnapshotChunk(PeerId to, long term, long lastIncludedIndex, long offset) implements Effect {}

  /** (Re)start the timer with a delay drawn from [{@code min}, {@code max}), or exactly {@code min} if they are equal. */
  record SetTimer(Timer timer, Duration min, Duration max) implements Effect {}

  record CancelTimer(Timer timer) implements Effect {}

  /** These entries are committed: apply them, in order. Each entry comes exactly once per run, right after its predecessor. */
  record Commit(List<LogEntry> entries) implements Effect {}

  /** The proposals stand in the log from {@code firstIndex} on, in {@code term}; what becomes of them is not known yet. */
  record Accepted(List<Input.Proposal> proposals, long firstIndex, long term) implements Effect {}

  /** Not the leader, or about to hand leadership over: the proposals are in no log. */
  record Refused(List<Input.Proposal> proposals, Optional<PeerId> leaderId) implements Effect {}

  /** These reads are linearizable once everything up to and with {@code readIndex} is applied. */
  record ReadReady(List<Long> readIds, long readIndex) implements Effect {}

  record ReadRefused(List<Long> readIds, Optional<PeerId> leaderId) implements Effect {}

  /**
   * The role, the term or the known leader changed. A leader that is none any more cannot say what will become of the proposals
   * that it accepted and that are not committed.
   */
  record RoleChanged(Role role, long term, Optional<PeerId> leaderId) implements Effect {}

  /**
   * Keep the chunk at its offset, then report {@link Input.SnapshotChunkStored}. A chunk at offset 0 starts anew. In the
   * order asked: a chunk of an earlier snapshot that is stored late must not get into this one.
   */
  record StoreSnapshotChunk(RaftMessage.InstallSnapshot chunk) implements Effect {}

  /**
   * All chunks are stored: make them the durable snapshot, drop the log that it covers or contradicts, restore the state machine,
   * then report {@link Input.SnapshotInstalled}.
   */
  record InstallSnapshot(long lastIncludedIndex, long lastIncludedTerm, Membership membership) implements Effect {}

  record MembershipChangeEnded(long requestId, ChangeOutcome outcome) implements Effect {}

  record TransferEnded(long requestId, ChangeOutcome outcome) implements Effect {}

  /** How a change of membership or leadership went. */
  sealed interface ChangeOutcome {
    record Done() implements ChangeOutcome {}

    record NotLeader(Optional<PeerId> leaderId) implements ChangeOutcome {}

    /** Nothing was done, for this reason. */
    record Rejected(String reason) implements ChangeOutcome {}

    /** Leadership was lost midway: the change may still complete. */
    record OutcomeUnknown() implements ChangeOutcome {}
  }
}
