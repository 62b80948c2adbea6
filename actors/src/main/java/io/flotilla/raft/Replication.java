package io.flotilla.raft;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/** What a leader does with proposals and its followers' answers (§5.3, §5.4.2): append, send, count, commit. */
final class Replication {
  private Replication() {}

  // Proposals

  static Step onPropose(RaftState state, Input.Propose propose, long nowNanos) {
    if (!(state.role() instanceof Role.Leader leader)) {
      return Step.to(state, new Effect.Refused(propose.proposals(), state.leaderId()));
    }
    if (leader.transfer().isPresent()) {   // thesis §3.10: the successor must be able to catch up
      return Step.to(state, new Effect.Refused(propose.proposals(), Optional.empty()));
    }
    long firstIndex = state.log().lastIndex() + 1;
    List<LogEntry> entries = new ArrayList<>(propose.proposals().size());
    for (Input.Proposal proposal : propose.proposals()) {
      entries.add(new LogEntry.Command(firstIndex + entries.size(), state.currentTerm(), propose.timeMillis(),
          proposal.payload()));
    }
    return Step.to(state, new Effect.Accepted(propose.proposals(), firstIndex, state.currentTerm()))
        .then(next -> append(next, entries, nowNanos));
  }

  /** Appends to the leader's log; its own write and the sends go side by side (thesis §10.2.1). */
  static Step append(RaftState state, List<LogEntry> entries, long nowNanos) {
    EntryLog log = state.log().append(entries);
    RaftState next = state.withLog(log).withWrites(state.writes().asked(log.lastIndex()));
    return Step.to(next, RaftCore.persist(next, entries))
        .then(appended -> sendToEach(appended, progress -> isDue(progress, state.writes()), nowNanos));
  }

  /** A write of the leader's own is done: what waited for it goes now. */
  static Step onPersisted(RaftState state, long nowNanos) {
    return maybeCommit(state, nowNanos).then(next ->
        next.role() instanceof Role.Leader ? sendToEach(next, _ -> true, nowNanos) : Step.to(next));
  }

  // Sending

  /**
   * Whether a follower is sent the next append at once. What comes while the leader writes will be written together, and so it travels: a
   * follower that is busy with an earlier append gets all of it when that write is done (thesis §10.2.2).
   */
  static boolean isDue(Progress progress, Writes writes) {
    return writes.pending().isEmpty() || !progress.hasAppendsUnderWay();
  }

  private static Step sendToEach(RaftState state, Predicate<Progress> due, long nowNanos) {
    Step step = Step.to(state);
    for (PeerId peer : Thrifty.soonestFirst(state, nowNanos)) {
      if (due.test(leader(state).followers().get(peer))) {
        step = step.then(next -> Thrifty.sendUnlessSpared(next, peer, nowNanos));
      }
    }
    return step;
  }

  /** Sends a follower all that it may be sent now. */
  static Step sendTo(RaftState state, PeerId peer, long nowNanos) {
    Progress progress = leader(state).followers().get(peer);
    boolean compacted = progress.nextIndex() <= state.log().baseIndex();
    return switch (progress.mode()) {
      case Progress.Mode.Snapshotting _ -> Step.to(state);
      case Progress.Mode.Probing(var awaitingAnswer) when awaitingAnswer -> Step.to(state);
      case Progress.Mode.Probing _ when compacted -> sendChunk(state, peer, progress, state.snapshotIndex(), 0, nowNanos);
      case Progress.Mode.Probing _ -> sendAppend(state, peer, progress, nowNanos);
      case Progress.Mode.Replicating _ when compacted ->
        sendChunk(state, peer, progress, state.snapshotIndex(), 0, nowNanos);
      case Progress.Mode.Replicating(var inFlight) ->
        inFlight.size() < state.settings().maxInFlightAppends() && progress.nextIndex() <= state.log().lastIndex()
            ? sendAppend(state, peer, progress, nowNanos).then(next -> sendTo(next, peer, nowNanos))
            : Step.to(state);
    };
  }

  private static Step sendAppend(RaftState state, PeerId peer, Progress progress, long nowNanos) {
    List<LogEntry> entries = state.log().batch(progress.nextIndex(), state.settings().maxAppendEntries(),
        state.settings().maxAppendBytes());
    long prevLogIndex = progress.nextIndex() - 1;
    Progress sent = progress.sent(prevLogIndex + entries.size(), nowNanos);
    return Step.to(withFollower(state, peer, sent), appendEntries(state, peer, prevLogIndex, entries));
  }

  private static Effect.Send appendEntries(RaftState state, PeerId peer, long prevLogIndex, List<LogEntry> entries) {
    return new Effect.Send(peer,
        new RaftMessage.AppendEntries(state.currentTerm(), state.self(), prevLogIndex, state.log().termAt(prevLogIndex),
            entries, state.commitIndex(), leader(state).reads().round()));
  }

  private static Step sendChunk(RaftState state, PeerId peer, Progress progress, long lastIncludedIndex, long offset,
      long nowNanos) {
    return Step.to(withFollower(state, peer, progress.sentChunk(lastIncludedIndex, offset, nowNanos)),
        new Effect.SendSnapshotChunk(peer, state.currentTerm(), lastIncludedIndex, offset));
  }

  // Heartbeats

  static Effect.SetTimer heartbeatTimer(RaftState state) {
    Duration interval = state.settings().heartbeatInterval();
    return new Effect.SetTimer(Timer.HEARTBEAT, interval, interval);
  }

  static Step onHeartbeatTimeout(RaftState state, long nowNanos) {
    if (!(state.role() instanceof Role.Leader)) {
      return Step.to(state);
    }
    return resendWhatWasLost(state, nowNanos).then(next -> Reads.renewRound(next, nowNanos))
        .then(Replication::sendHeartbeats).and(heartbeatTimer(state));
  }

  /** An empty append to everyone, from where the logs are known to match: it cannot be refused, however messages cross. */
  static Step sendHeartbeats(RaftState state) {
    List<Effect> sends = new ArrayList<>();
    leader(state).followers().forEach((peer, progress) -> {
      boolean known = state.log().covers(progress.matchIndex());
      long round = leader(state).reads().round();
      sends.add(new Effect.Send(peer,
          new RaftMessage.AppendEntries(state.currentTerm(), state.self(), known ? progress.matchIndex() : 0,
              known ? state.log().termAt(progress.matchIndex()) : 0, List.of(), state.commitIndex(), round)));
    });
    return new Step(state, sends);
  }

  private static Step resendWhatWasLost(RaftState state, long nowNanos) {
    Step step = Step.to(state);
    for (Map.Entry<PeerId, Progress> follower : leader(state).followers().entrySet()) {
      step = step.then(next -> resend(next, follower.getKey(), follower.getValue(), nowNanos));
    }
    return step;
  }

  private static Step resend(RaftState state, PeerId peer, Progress progress, long nowNanos) {
    boolean silent = nowNanos - progress.lastAdvancedNanos() >= state.settings().electionTimeoutMin().toNanos();
    boolean heardSince = progress.lastHeardNanos() > progress.lastAdvancedNanos();   // the dead get heartbeats alone
    return switch (progress.mode()) {
      case Progress.Mode.Probing(var awaitingAnswer) when !awaitingAnswer || (silent && heardSince) ->
        sendTo(withFollower(state, peer, progress.probing(progress.nextIndex())), peer, nowNanos);
      case Progress.Mode.Replicating(var inFlight) when silent && !inFlight.isEmpty() ->
        sendTo(withFollower(state, peer, progress.probing(progress.matchIndex() + 1)), peer, nowNanos);
      case Progress.Mode.Snapshotting snapshot when silent && heardSince -> snapshot.lastIncludedIndex() == state.snapshotIndex()
          ? sendChunk(state, peer, progress, snapshot.lastIncludedIndex(), snapshot.nextOffset(), nowNanos)
          : sendChunk(state, peer, progress, state.snapshotIndex(), 0, nowNanos);   // a newer one has replaced it
      case Progress.Mode.Probing _, Progress.Mode.Replicating _, Progress.Mode.Snapshotting _ -> Step.to(state);
    };
  }

  // Answers

  static Step onAppendAccepted(RaftState state, RaftMessage.AppendAccepted accepted, long nowNanos) {
    Optional<Progress> known = progress(state, accepted.followerId());
    if (known.isEmpty()) {
      return Step.to(state);
    }
    Progress progress = outOfSnapshot(state.log(),
        known.get().heard(accepted.round(), nowNanos).matched(accepted.matchIndex(), nowNanos));
    return Step.to(withFollower(state, accepted.followerId(), progress))
        .then(next -> Reads.maybeConfirm(next, nowNanos))
        .then(next -> maybeCommit(next, nowNanos))
        .then(next -> sendIfDue(next, accepted.followerId(), nowNanos))
        .then(next -> Transfers.maybeTell(next, accepted.followerId()));
  }

  /**
   * A follower that installed an older snapshot than the one it is being sent needs no other if the log reaches back to where it
   * stands: snapshots may come faster than a slow follower can install them, and it would never catch up.
   */
  private static Progress outOfSnapshot(EntryLog log, Progress progress) {
    return progress.mode() instanceof Progress.Mode.Snapshotting && progress.matchIndex() > 0
        && progress.nextIndex() > log.baseIndex() ? progress.probing(progress.nextIndex()) : progress;
  }

  static Step onAppendRefused(RaftState state, RaftMessage.AppendRefused refused, long nowNanos) {
    Optional<Progress> known = progress(state, refused.followerId());
    if (known.isEmpty()) {
      return Step.to(state);
    }
    Progress heard = known.get().heard(refused.round(), nowNanos);
    boolean current = refused.prevLogIndex() > heard.matchIndex() && switch (heard.mode()) {
      case Progress.Mode.Probing _ -> refused.prevLogIndex() == heard.nextIndex() - 1;   // else an answer to an older probe
      case Progress.Mode.Replicating _ -> true;
      case Progress.Mode.Snapshotting _ -> false;
    };
    Progress progress = current ? heard.probing(nextIndexAfter(state.log(), refused)) : heard;
    return Step.to(withFollower(state, refused.followerId(), progress))
        .then(next -> Reads.maybeConfirm(next, nowNanos))
        .then(next -> current ? sendIfDue(next, refused.followerId(), nowNanos) : Step.to(next));
  }

  /** Skips the conflicting term at once: to the leader's own last entry of that term, or the follower's first (§5.3). */
  private static long nextIndexAfter(EntryLog log, RaftMessage.AppendRefused refused) {
    if (refused.conflictTerm() == 0) {
      return Math.min(refused.conflictFirstIndex(), refused.prevLogIndex());
    }
    long index = Math.min(refused.prevLogIndex() - 1, log.lastIndex());
    while (index > log.baseIndex() && index >= refused.conflictFirstIndex()
        && log.termAt(index) > refused.conflictTerm()) {
      index--;
    }
    boolean sameTerm = log.covers(index) && log.termAt(index) == refused.conflictTerm();
    return sameTerm ? index + 1 : refused.conflictFirstIndex();
  }

  static Step onSnapshotChunkAccepted(RaftState state, RaftMessage.SnapshotChunkAccepted accepted, long nowNanos) {
    Optional<Progress> known = progress(state, accepted.followerId());
    if (known.isEmpty()) {
      return Step.to(state);
    }
    Progress progress = known.get().heard(0, nowNanos);
    boolean next = progress.mode() instanceof Progress.Mode.Snapshotting snapshot
        && snapshot.lastIncludedIndex() == accepted.lastIncludedIndex()
        && snapshot.nextOffset() != accepted.nextOffset();   // else a repeated answer: that chunk is under way
    return next
        ? sendChunk(state, accepted.followerId(), progress, accepted.lastIncludedIndex(), accepted.nextOffset(), nowNanos)
        : Step.to(withFollower(state, accepted.followerId(), progress));
  }

  // Commitment

  /** Commits what a quorum holds durably, if it is of this term: older entries then commit with it (§5.4.2, Figure 8). */
  static Step maybeCommit(RaftState state, long nowNanos) {
    if (!(state.role() instanceof Role.Leader leader)) {
      return Step.to(state);
    }
    long index = Quorum.reached(state.membership(), peer -> peer.equals(state.self())
        ? state.writes().durableIndex()
        : leader.followers().get(peer).matchIndex());
    if (index <= state.commitIndex() || state.log().termAt(index) != state.currentTerm()) {
      return MembershipChanges.advance(state, nowNanos);
    }
    List<LogEntry> entries = state.log().entries(state.commitIndex() + 1, index);
    return Step.to(state.withCommitIndex(index), new Effect.Commit(entries))
        .then(next -> Reads.maybeBeginRound(next, nowNanos))
        .then(next -> MembershipChanges.advance(next, nowNanos));
  }

  // Followers

  /** Followers are whoever the log's membership names; newcomers are asked where they stand. */
  static RaftState withFollowersOf(RaftState state, Membership membership, long nowNanos) {
    SortedMap<PeerId, Progress> followers = new TreeMap<>();
    for (PeerId peer : membership.members()) {
      if (!peer.equals(state.self())) {
        followers.put(peer, leader(state).followers().getOrDefault(peer,
            Progress.unknown(state.log().lastIndex() + 1, nowNanos)));
      }
    }
    return state.withRole(leader(state).withFollowers(followers));
  }

  private static Step sendIfDue(RaftState state, PeerId peer, long nowNanos) {
    return progress(state, peer).filter(progress -> isDue(progress, state.writes())).isPresent()
        ? Thrifty.sendUnlessSpared(state, peer, nowNanos) : Step.to(state);
  }

  static RaftState withFollower(RaftState state, PeerId peer, Progress progress) {
    return state.withRole(leader(state).withFollower(peer, progress));
  }

  /** What a leader knows of a peer; empty if this is no leader, or the peer no member. */
  static Optional<Progress> progress(RaftState state, PeerId peer) {
    return state.role() instanceof Role.Leader leader ? Optional.ofNullable(leader.followers().get(peer)) : Optional.empty();
  }

  static Role.Leader leader(RaftState state) {
    return (Role.Leader) state.role();
  }
}
