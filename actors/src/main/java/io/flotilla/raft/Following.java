package io.flotilla.raft;

import static io.flotilla.raft.Checks.check;

import java.util.List;
import java.util.Optional;

/** What a follower does with the leader's appends and snapshots (Figures 2 and 13, "receiver implementation"). */
final class Following {
  private Following() {}

  // AppendEntries

  static Step onAppendEntries(RaftState state, RaftMessage.AppendEntries append, long nowNanos) {
    return hearLeader(state, append.leaderId(), nowNanos).then(next -> {
      if (isInstalling(next)) {
        return answer(next, append, 0);   // alive, but the log is about to be replaced
      }
      EntryLog log = next.log();
      boolean matches = append.prevLogIndex() < log.baseIndex()   // committed, so the leader has the same (§5.4)
          || log.matches(append.prevLogIndex(), append.prevLogTerm());
      return matches ? accept(next, append) : refuse(next, append);
    });
  }

  /** The leader of this term spoke: follow it, whatever one was up to, and give it its time. */
  private static Step hearLeader(RaftState state, PeerId leaderId, long nowNanos) {
    check(!(state.role() instanceof Role.Leader), "one leader in term %d: %s, %s (Election Safety)",
        state.currentTerm(), state.self(), leaderId);
    Step followed = state.role() instanceof Role.Follower
        ? Step.to(state)
        : Elections.becomeFollower(state, state.currentTerm(), Optional.of(leaderId));
    return followed.then(next -> {
      Role.Follower follower = (Role.Follower) next.role();
      Role heard = new Role.Follower(Optional.of(leaderId), Optional.of(nowNanos), follower.incoming(), Optional.empty());
      return Step.to(next.withRole(heard)).then(s -> follower.handingOver()
          .map(transfer -> Step.to(s, Transfers.ended(transfer, leaderId))).orElse(Step.to(s)));
    });
  }

  /**
   * Appends what is new. An entry that is there already stays: a late, shorter message must not cut off what a later one brought
   * (§5.3: only a real conflict truncates).
   */
  private static Step accept(RaftState state, RaftMessage.AppendEntries append) {
    long provenIndex = append.prevLogIndex() + append.entries().size();
    List<LogEntry> news = append.entries().stream()
        .filter(entry -> entry.index() > state.log().baseIndex())
        .dropWhile(entry -> state.log().matches(entry.index(), entry.term())).toList();
    Step appended = news.isEmpty() ? Step.to(state) : append(state, news);
    return appended.then(next -> commit(next, Math.min(append.leaderCommit(), provenIndex)))
        .then(next -> acknowledge(next, append, provenIndex));
  }

  private static Step append(RaftState state, List<LogEntry> news) {
    long firstIndex = news.getFirst().index();
    check(firstIndex > state.commitIndex(), "index %d is not committed (%d) and may be replaced", firstIndex,
        state.commitIndex());
    EntryLog log = state.log().append(news);
    Writes writes = state.writes().truncatedFrom(firstIndex).asked(log.lastIndex());
    RaftState next = state.withWrites(writes).withLog(log);
    return Step.to(next, RaftCore.persist(next, news));
  }

  /** {@code commitIndex} goes no further than this message proved equal: what stands behind it may be another leader's (Figure 2). */
  private static Step commit(RaftState state, long index) {
    if (index <= state.commitIndex()) {
      return Step.to(state);
    }
    List<LogEntry> entries = state.log().entries(state.commitIndex() + 1, index);
    return Step.to(state.withCommitIndex(index), new Effect.Commit(entries));
  }

  /**
   * Entries are acknowledged once they are durable. A heartbeat is answered at once, with what is durable by now: leaders count on it
   * for reads, and who asks for leadership asks for nothing that a crash could undo.
   */
  private static Step acknowledge(RaftState state, RaftMessage.AppendEntries append, long provenIndex) {
    long durableIndex = state.writes().durableIndex();
    if (append.entries().isEmpty() || provenIndex <= durableIndex) {
      return answer(state, append, Math.min(provenIndex, durableIndex));
    }
    return RaftCore.promise(state, append.leaderId(),
        new RaftMessage.AppendAccepted(state.currentTerm(), state.self(), provenIndex, append.round()));
  }

  private static Step answer(RaftState state, RaftMessage.AppendEntries append, long matchIndex) {
    return Step.to(state, new Effect.Send(append.leaderId(),
        new RaftMessage.AppendAccepted(state.currentTerm(), state.self(), matchIndex, append.round())));
  }

  /** Tells the leader enough to skip a whole term at a time (§5.3, end). */
  private static Step refuse(RaftState state, RaftMessage.AppendEntries append) {
    EntryLog log = state.log();
    long prevLogIndex = append.prevLogIndex();
    long conflictTerm = prevLogIndex > log.lastIndex() ? 0 : log.termAt(prevLogIndex);
    long conflictFirstIndex = Math.min(prevLogIndex, log.lastIndex() + 1);
    while (conflictTerm != 0 && conflictFirstIndex - 1 > log.baseIndex()
        && log.termAt(conflictFirstIndex - 1) == conflictTerm) {
      conflictFirstIndex--;
    }
    return Step.to(state, new Effect.Send(append.leaderId(), new RaftMessage.AppendRefused(state.currentTerm(),
        state.self(), prevLogIndex, conflictTerm, conflictFirstIndex, append.round())));
  }

  // InstallSnapshot

  static Step onInstallSnapshot(RaftState state, RaftMessage.InstallSnapshot chunk, long nowNanos) {
    return hearLeader(state, chunk.leaderId(), nowNanos).then(next -> {
      if (isInstalling(next)) {
        return Step.to(next);
      }
      if (chunk.lastIncludedIndex() <= next.commitIndex()) {
        return alreadyHeld(next, chunk);
      }
      return takeChunk(next, (Role.Follower) next.role(), chunk);
    });
  }

  /** A late or repeated snapshot must not undo what was committed since: say that it is all here. */
  private static Step alreadyHeld(RaftState state, RaftMessage.InstallSnapshot chunk) {
    long matchIndex = Math.min(chunk.lastIncludedIndex(), state.writes().durableIndex());
    return Step.to(state, new Effect.Send(chunk.leaderId(),
        new RaftMessage.AppendAccepted(state.currentTerm(), state.self(), matchIndex, 0)));
  }

  /** What is being stored comes to its end first: newer snapshots may come faster than the disk stores, and none would ever be whole. */
  private static Step takeChunk(RaftState state, Role.Follower follower, RaftMessage.InstallSnapshot chunk) {
    if (follower.incoming().flatMap(Role.IncomingSnapshot::storing).isPresent()) {
      return Step.to(state);
    }
    Role.IncomingSnapshot incoming = follower.incoming().filter(known -> known.sameAs(chunk))
        .orElseGet(() -> new Role.IncomingSnapshot(chunk.leaderId(), chunk.lastIncludedIndex(),
            chunk.lastIncludedTerm(), chunk.membership(), 0, Optional.empty(), false));
    if (chunk.offset() != incoming.nextOffset()) {
      return Step.to(state.withRole(follower.withIncoming(incoming)), wants(state, incoming));   // resume from there
    }
    Role.IncomingSnapshot storing = new Role.IncomingSnapshot(incoming.leaderId(), incoming.lastIncludedIndex(),
        incoming.lastIncludedTerm(), incoming.membership(), incoming.nextOffset(),
        Optional.of(new Role.StoringChunk(chunk.offset() + chunk.data().length, chunk.done())), false);
    return Step.to(state.withRole(follower.withIncoming(storing)), new Effect.StoreSnapshotChunk(chunk));
  }

  private static Effect.Send wants(RaftState state, Role.IncomingSnapshot incoming) {
    return new Effect.Send(incoming.leaderId(), new RaftMessage.SnapshotChunkAccepted(state.currentTerm(), state.self(),
        incoming.lastIncludedIndex(), incoming.nextOffset()));
  }

  static Step onSnapshotChunkStored(RaftState state, Input.SnapshotChunkStored stored) {
    if (!(state.role() instanceof Role.Follower follower)) {
      return Step.to(state);
    }
    Optional<Role.IncomingSnapshot> waited = follower.incoming()
        .filter(incoming -> incoming.lastIncludedIndex() == stored.lastIncludedIndex() && incoming.storing()
            .map(storing -> storing.endOffset() == stored.nextOffset()).orElse(false));
    return waited.map(incoming -> incoming.storing().orElseThrow().last()
        ? install(state, follower, incoming)
        : awaitNextChunk(state, follower, incoming, stored.nextOffset())).orElse(Step.to(state));
  }

  private static Step awaitNextChunk(RaftState state, Role.Follower follower, Role.IncomingSnapshot incoming,
      long nextOffset) {
    Role.IncomingSnapshot next = new Role.IncomingSnapshot(incoming.leaderId(), incoming.lastIncludedIndex(),
        incoming.lastIncludedTerm(), incoming.membership(), nextOffset, Optional.empty(), false);
    return Step.to(state.withRole(follower.withIncoming(next)), wants(state, next));
  }

  private static Step install(RaftState state, Role.Follower follower, Role.IncomingSnapshot incoming) {
    if (incoming.lastIncludedIndex() <= state.commitIndex()) {   // appends overtook it
      return Step.to(state.withRole(follower.withoutIncoming()));
    }
    Role.IncomingSnapshot installing = new Role.IncomingSnapshot(incoming.leaderId(), incoming.lastIncludedIndex(),
        incoming.lastIncludedTerm(), incoming.membership(), incoming.nextOffset(), Optional.empty(), true);
    return Step.to(state.withRole(follower.withIncoming(installing)), new Effect.InstallSnapshot(
        incoming.lastIncludedIndex(), incoming.lastIncludedTerm(), incoming.membership()));
  }

  static Step onSnapshotInstalled(RaftState state, Input.SnapshotInstalled installed) {
    check(state.role() instanceof Role.Follower follower && follower.installing(),
        "a follower installs what it was told to: %s", state.role());
    Role.Follower follower = (Role.Follower) state.role();
    EntryLog log = state.log().afterSnapshot(installed.lastIncludedIndex(), installed.lastIncludedTerm(),
        installed.membership());
    RaftState next = state.withSnapshot(installed.lastIncludedIndex(), log).withRole(follower.withoutIncoming());
    return follower.leaderId()
        .map(leaderId -> Step.to(next, new Effect.Send(leaderId,
            new RaftMessage.AppendAccepted(next.currentTerm(), next.self(), installed.lastIncludedIndex(), 0))))
        .orElse(Step.to(next));
  }

  private static boolean isInstalling(RaftState state) {
    return state.role() instanceof Role.Follower follower && follower.installing();
  }
}
