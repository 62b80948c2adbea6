package io.flotilla.simulation.world;

import io.flotilla.raft.EntryLog;
import io.flotilla.raft.Membership;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.actor.RaftLogEvent;
import io.flotilla.raft.actor.SnapshotHeader;
import io.flotilla.raft.law.Law;
import java.util.Optional;

/** What the disk holds of a Raft replica, kept up write by write: the laws ask for it at every step. */
public final class DurableReplica {
  private Law.Durable state = NOTHING;

  private static final Law.Durable NOTHING = new Law.Durable(0, Optional.empty(), EntryLog.empty(0, 0, Membership.NONE));

  public Law.Durable state() {
    return state;
  }

  void forget() {
    state = new Law.Durable(0, Optional.empty(), EntryLog.empty(0, 0, Membership.NONE));
  }

  void on(SnapshotHeader header) {
    state = new Law.Durable(header.currentTerm(), header.votedFor(),
        EntryLog.empty(header.lastIncludedIndex(), header.lastIncludedTerm(), header.membership()).append(header.entriesAfter()));
  }

  void on(RaftLogEvent event) {
    long currentTerm = state.currentTerm();
    Optional<PeerId> votedFor = state.votedFor();
    EntryLog log = state.log();
    state = switch (event) {
      case RaftLogEvent.Bootstrapped(var membership) -> new Law.Durable(currentTerm, votedFor, EntryLog.empty(0, 0, membership));
      case RaftLogEvent.Appended appended ->
          new Law.Durable(appended.currentTerm(), appended.votedFor(), log.append(appended.entries()));
      case RaftLogEvent.PrefixDropped(var lastIncludedIndex) ->
          new Law.Durable(currentTerm, votedFor, log.compactTo(lastIncludedIndex));
      case RaftLogEvent.SnapshotInstalled installed -> new Law.Durable(currentTerm, votedFor,
          log.afterSnapshot(installed.lastIncludedIndex(), installed.lastIncludedTerm(), installed.membership()));
    };
  }
}
