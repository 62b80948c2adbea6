package io.flotilla.raft.actor;

import io.flotilla.raft.LogEntry;
import io.flotilla.raft.RaftState;
import java.util.List;

/** When to take a snapshot. Belongs to the peer's thread. */
final class SnapshotPolicy {
  /** A snapshot waits until the log has grown by this part of the state: copying the state costs no more than ten times the log. */
  private static final int MIN_GROWTH_DIVISOR = 10;

  private final RaftGroupSettings settings;
  private long bytesSinceSnapshot;
  private long bytesUnderWay;
  private boolean underWay;

  SnapshotPolicy(RaftGroupSettings settings) {
    this.settings = settings;
  }

  void onCommitted(List<LogEntry> entries) {
    for (LogEntry entry : entries) {
      bytesSinceSnapshot += entry.sizeBytes();
    }
  }

  /** Whether to begin one now; if so it counts as begun. */
  boolean maybeBegin(RaftState state, long stateSizeBytes) {
    if (underWay || settings.snapshotAfterEntries() == 0) {
      return false;
    }
    long entries = state.lastApplied() - state.snapshotIndex();
    boolean enough = entries >= settings.snapshotAfterEntries()
        || (settings.snapshotAfterBytes() > 0 && bytesSinceSnapshot >= settings.snapshotAfterBytes());
    if (!enough || entries == 0 || bytesSinceSnapshot < stateSizeBytes / MIN_GROWTH_DIVISOR) {
      return false;
    }
    underWay = true;
    bytesUnderWay = bytesSinceSnapshot;
    return true;
  }

  /** The one that was begun is durable. */
  void onSaved() {
    underWay = false;
    bytesSinceSnapshot -= bytesUnderWay;
  }

  /** One came from the leader that covers all that was committed here: one that was begun before is of no use, and will be given up. */
  void onInstalled() {
    bytesSinceSnapshot = 0;
    bytesUnderWay = 0;
  }

  /** The one that was begun is given up: as much of the log as before waits for another. */
  void onGivenUp() {
    underWay = false;
  }
}
