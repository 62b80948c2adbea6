package io.flotilla.raft.cluster;

import io.flotilla.raft.Effect;
import io.flotilla.raft.EntryLog;
import io.flotilla.raft.LogEntry;
import io.flotilla.raft.Membership;
import io.flotilla.raft.PeerId;
import java.util.List;
import java.util.Optional;

/** What survives a crash of one replica. */
final class Disk {
  /** Writes become durable in the order in which they were asked for. */
  sealed interface Write {}

  record Persist(Effect.Persist asked) implements Write {}

  /** A snapshot of the replica's own, or one that a leader sent ({@code installed}). */
  record SaveSnapshot(Snapshot snapshot, boolean installed) implements Write {}

  record Snapshot(long lastIncludedIndex, long lastIncludedTerm, Membership membership, byte[] content) {}

  private long currentTerm;
  private Optional<PeerId> votedFor = Optional.empty();
  private EntryLog log;
  private Optional<Snapshot> snapshot = Optional.empty();

  Disk(Membership initial) {
    log = EntryLog.empty(0, 0, initial);
  }

  /** A disk that has a past. */
  Disk(Membership initial, long currentTerm, List<LogEntry> entries) {
    this.currentTerm = currentTerm;
    log = EntryLog.empty(0, 0, initial).append(entries);
  }

  long currentTerm() {
    return currentTerm;
  }

  Optional<PeerId> votedFor() {
    return votedFor;
  }

  /** Of its own: versions of a log that share an array belong to one owner. */
  EntryLog log() {
    return log;
  }

  EntryLog copyOfLog() {
    return EntryLog.empty(log.baseIndex(), log.baseTerm(), log.baseMembership())
        .append(log.entries(log.baseIndex() + 1, log.lastIndex()));
  }

  Optional<Snapshot> snapshot() {
    return snapshot;
  }

  void write(Write write) {
    switch (write) {
      case Persist(var asked) -> {
        currentTerm = asked.currentTerm();
        votedFor = asked.votedFor();
        log = log.append(asked.entries().stream().filter(entry -> entry.index() > log.baseIndex()).toList());
      }
      case SaveSnapshot(var saved, _) -> {
        if (saved.lastIncludedIndex() > log.baseIndex()) {
          log = log.afterSnapshot(saved.lastIncludedIndex(), saved.lastIncludedTerm(), saved.membership());
          snapshot = Optional.of(saved);
        }
      }
    }
  }
}
