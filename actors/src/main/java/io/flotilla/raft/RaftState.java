package io.flotilla.raft;

import static io.flotilla.raft.Checks.check;

import java.util.Optional;

/**
 * The state of one replica (Figure 2). Term, vote and log run ahead of the disk by what {@link Writes} lists; all promises wait for it.
 *
 * @param log the entries in memory, back to some way before the latest snapshot
 * @param commitIndex highest index known to be committed
 * @param lastApplied highest index that the state machine reported applied
 * @param snapshotIndex last index that the latest durable snapshot covers; 0 if there is none
 */
public record RaftState(PeerId self, RaftSettings settings, long currentTerm, Optional<PeerId> votedFor, EntryLog log,
    long commitIndex, long lastApplied, long snapshotIndex, Writes writes, Role role) {
  public RaftState {
    check(lastApplied <= commitIndex, "lastApplied %d <= commitIndex %d", lastApplied, commitIndex);
    check(commitIndex <= log.lastIndex(), "commitIndex %d <= lastIndex %d", commitIndex, log.lastIndex());
    check(log.baseIndex() <= snapshotIndex, "baseIndex %d <= snapshotIndex %d", log.baseIndex(), snapshotIndex);
    check(snapshotIndex <= commitIndex, "snapshotIndex %d <= commitIndex %d", snapshotIndex, commitIndex);
    check(writes.durableIndex() <= log.lastIndex(), "durableIndex %d <= lastIndex %d", writes.durableIndex(),
        log.lastIndex());
    check(log.lastTerm() <= currentTerm, "lastTerm %d <= currentTerm %d", log.lastTerm(), currentTerm);
  }

  /**
   * A replica as it comes back from its disk: a follower that knows no leader, and of commits and applied commands only what its
   * snapshot covers.
   *
   * @param log based where the snapshot ends
   */
  public static RaftState restored(PeerId self, RaftSettings settings, long currentTerm, Optional<PeerId> votedFor, EntryLog log) {
    return new RaftState(self, settings, currentTerm, votedFor, log, log.baseIndex(), log.baseIndex(), log.baseIndex(),
        Writes.none(log.lastIndex()), Role.Follower.of(Optional.empty()));
  }

  /** Who leads, as far as this replica knows. */
  public Optional<PeerId> leaderId() {
    return switch (role) {
      case Role.Follower follower -> follower.leaderId();
      case Role.Leader _ -> Optional.of(self);
      case Role.PreCandidate _, Role.Candidate _ -> Optional.empty();
    };
  }

  /** The membership in force (§6): the latest in the log. */
  public Membership membership() {
    return log.membership();
  }

  RaftState withTerm(long term, Optional<PeerId> vote) {
    return new RaftState(self, settings, term, vote, log, commitIndex, lastApplied, snapshotIndex, writes, role);
  }

  RaftState withLog(EntryLog newLog) {
    return new RaftState(self, settings, currentTerm, votedFor, newLog, commitIndex, lastApplied, snapshotIndex, writes, role);
  }

  RaftState withCommitIndex(long index) {
    return new RaftState(self, settings, currentTerm, votedFor, log, index, lastApplied, snapshotIndex, writes, role);
  }

  RaftState withLastApplied(long index) {
    return new RaftState(self, settings, currentTerm, votedFor, log, commitIndex, index, snapshotIndex, writes, role);
  }

  RaftState withWrites(Writes newWrites) {
    return new RaftState(self, settings, currentTerm, votedFor, log, commitIndex, lastApplied, snapshotIndex, newWrites, role);
  }

  RaftState withRole(Role newRole) {
    return new RaftState(self, settings, currentTerm, votedFor, log, commitIndex, lastApplied, snapshotIndex, writes, newRole);
  }

  /** The snapshot is durable and the log after it is {@code newLog}. */
  RaftState withSnapshot(long lastIncludedIndex, EntryLog newLog) {
    return new RaftState(self, settings, currentTerm, votedFor, newLog, Math.max(commitIndex, lastIncludedIndex),
        Math.max(lastApplied, lastIncludedIndex), lastIncludedIndex, writes.withSnapshot(lastIncludedIndex, newLog.lastIndex()), role);
  }
}
