package io.flotilla.raft;

import static io.flotilla.raft.Checks.check;

import java.util.List;
import java.util.Optional;

/**
 * The Raft algorithm (Ongaro and Ousterhout, extended version; Ongaro's thesis for PreVote, CheckQuorum, transfer and leases) as a
 * function: state and input give the next state and the effects. It reads no clock; {@code nowNanos} is any monotonic clock's time.
 *
 * <p>Here an input finds its handler, the term is settled, and the laws of a step are checked. {@link Elections}, {@link Following},
 * {@link Replication}, {@link Thrifty}, {@link Reads}, {@link MembershipChanges} and {@link Transfers} hold the handlers.
 */
public final class RaftCore {
  private RaftCore() {}

  /** The first step after {@link RaftState#restored}: starts the election timer, or campaigns if certainly alone in the group. */
  public static Step start(RaftState restored, long nowNanos) {
    Role.Follower follower =
        new Role.Follower(Optional.empty(), Optional.of(nowNanos), Optional.empty(), Optional.empty());
    Step step = Elections.isCertainlyAlone(restored)
        ? Elections.becomeCandidate(restored.withRole(follower), false)
        : Step.to(restored.withRole(follower), Elections.electionTimer(restored));
    return withRoleChange(restored, step);
  }

  /** One input. Pure: equal arguments give an equal step. */
  public static Step step(RaftState state, Input input, long nowNanos) {
    Step step = switch (input) {
      case Input.Propose propose -> Replication.onPropose(state, propose, nowNanos);
      case Input.Read read -> Reads.onRead(state, read, nowNanos);
      case Input.Received(var message) -> onMessage(state, message, nowNanos);
      case Input.TimerFired(var timer) -> onTimer(state, timer, nowNanos);
      case Input.PersistedUpTo(var writeNumber) -> onPersisted(state, writeNumber, nowNanos);
      case Input.AppliedUpTo(var index) -> Step.to(state.withLastApplied(Math.max(state.lastApplied(), index)));
      case Input.SnapshotSaved(var lastIncludedIndex) -> onSnapshotSaved(state, lastIncludedIndex, nowNanos);
      case Input.SnapshotChunkStored stored -> Following.onSnapshotChunkStored(state, stored);
      case Input.SnapshotInstalled installed -> Following.onSnapshotInstalled(state, installed);
      case Input.ChangeMembership change -> MembershipChanges.onChangeMembership(state, change, nowNanos);
      case Input.TransferLeadership transfer -> Transfers.onTransferLeadership(state, transfer, nowNanos);
    };
    checkLaws(state, step.next());
    return withRoleChange(state, step);
  }

  private static void checkLaws(RaftState before, RaftState after) {
    check(after.currentTerm() >= before.currentTerm(), "currentTerm never falls: %d, %d", before.currentTerm(),
        after.currentTerm());
    check(after.commitIndex() >= before.commitIndex(), "commitIndex never falls: %d, %d", before.commitIndex(),
        after.commitIndex());
    check(after.lastApplied() >= before.lastApplied(), "lastApplied never falls: %d, %d", before.lastApplied(),
        after.lastApplied());
    check(
        after.currentTerm() > before.currentTerm() || before.votedFor().isEmpty()
            || before.votedFor().equals(after.votedFor()),
        "one vote in term %d: %s, %s", before.currentTerm(), before.votedFor(), after.votedFor());
    check(
        !(before.role() instanceof Role.Leader && after.role() instanceof Role.Leader)
            || after.log().lastIndex() >= before.log().lastIndex(),
        "a leader only appends (§5.3): %d, %d", before.log().lastIndex(), after.log().lastIndex());
  }

  private static Step withRoleChange(RaftState before, Step step) {
    RaftState after = step.next();
    boolean changed = !before.role().label().equals(after.role().label())
        || before.currentTerm() != after.currentTerm() || !before.leaderId().equals(after.leaderId());
    return changed
        ? step.and(new Effect.RoleChanged(after.role(), after.currentTerm(), after.leaderId()))
        : step;
  }

  /** Settles the term first: a higher one makes anybody a follower, a lower one is answered with ours (§5.1). */
  private static Step onMessage(RaftState state, RaftMessage message, long nowNanos) {
    return switch (message) {
      case RaftMessage.PreVote preVote -> Elections.onPreVote(state, preVote, nowNanos);
      case RaftMessage.PreVoteGranted granted -> Elections.onPreVoteGranted(state, granted);
      case RaftMessage.RequestVote request when Elections.isWithheld(state, request, nowNanos) -> Step.to(state);
      case RaftMessage stale when stale.term() < state.currentTerm() -> onStale(state, stale);
      case RaftMessage newer when newer.term() > state.currentTerm() ->
        Elections.becomeFollower(state, newer.term(), Optional.empty())
            .then(settled -> onCurrentTerm(settled, newer, nowNanos));
      default -> onCurrentTerm(state, message, nowNanos);
    };
  }

  /**
   * Those who lead or campaign in a term that has passed must hear of it; anything else stale is of no use. The answer confirms no round:
   * its receiver may lead the term that it bears by the time it arrives, and counts rounds anew.
   */
  private static Step onStale(RaftState state, RaftMessage stale) {
    RaftMessage answer = switch (stale) {
      case RaftMessage.AppendEntries append ->
        new RaftMessage.AppendRefused(state.currentTerm(), state.self(), append.prevLogIndex(), 0, 1, RaftMessage.NO_ROUND);
      case RaftMessage.InstallSnapshot chunk -> new RaftMessage.SnapshotChunkAccepted(state.currentTerm(),
          state.self(), chunk.lastIncludedIndex(), chunk.offset());
      case RaftMessage.RequestVote _ -> new RaftMessage.VoteRefused(state.currentTerm(), state.self());
      default -> null;
    };
    return answer == null ? Step.to(state) : Step.to(state, new Effect.Send(stale.from(), answer));
  }

  private static Step onCurrentTerm(RaftState state, RaftMessage message, long nowNanos) {
    return switch (message) {
      case RaftMessage.RequestVote request -> Elections.onRequestVote(state, request);
      case RaftMessage.VoteGranted granted -> Elections.onVoteGranted(state, granted, nowNanos);
      case RaftMessage.AppendEntries append -> Following.onAppendEntries(state, append, nowNanos);
      case RaftMessage.AppendAccepted accepted -> Replication.onAppendAccepted(state, accepted, nowNanos);
      case RaftMessage.AppendRefused refused -> Replication.onAppendRefused(state, refused, nowNanos);
      case RaftMessage.InstallSnapshot chunk -> Following.onInstallSnapshot(state, chunk, nowNanos);
      case RaftMessage.SnapshotChunkAccepted accepted ->
        Replication.onSnapshotChunkAccepted(state, accepted, nowNanos);
      case RaftMessage.TimeoutNow _ -> Elections.onTimeoutNow(state);
      case RaftMessage.VoteRefused _ -> Step.to(state);
      case RaftMessage.PreVoteRefused _ -> Elections.onPreVoteRefused(state);
      case RaftMessage.PreVote _, RaftMessage.PreVoteGranted _ ->
        throw new IllegalStateException("its term is not the sender's: " + message);
    };
  }

  private static Step onTimer(RaftState state, Timer timer, long nowNanos) {
    return switch (timer) {
      case ELECTION -> Elections.onElectionTimeout(state, nowNanos);
      case HEARTBEAT -> Replication.onHeartbeatTimeout(state, nowNanos);
      case THRIFTY -> Thrifty.onTimeout(state, nowNanos);
      case CHECK_QUORUM -> Elections.onCheckQuorum(state, nowNanos);
      case TRANSFER -> Transfers.onTimeout(state);
    };
  }

  /** What was promised goes out now that it is durable; what was promised to oneself is taken in. */
  private static Step onPersisted(RaftState state, long writeNumber, long nowNanos) {
    Writes before = state.writes();
    Step step = Step.to(state.withWrites(before.persistedUpTo(writeNumber)));
    for (Effect.Send promise : before.promisesUpTo(writeNumber)) {
      step = promise.to().equals(state.self())
          ? step.then(next -> onMessage(next, promise.message(), nowNanos))
          : step.and(promise);
    }
    return step.then(next -> Replication.onPersisted(next, nowNanos));
  }

  /** Compacts the log. Those who were only spared are first sent what may be gone then: they shall not need the snapshot. */
  private static Step onSnapshotSaved(RaftState state, long lastIncludedIndex, long nowNanos) {
    if (lastIncludedIndex <= state.snapshotIndex()) {
      return Step.to(state);
    }
    Step sent = state.role() instanceof Role.Leader ? Thrifty.end(state, nowNanos) : Step.to(state);
    return sent.then(next -> Step.to(next.withSnapshot(lastIncludedIndex, compacted(next, lastIncludedIndex))));
  }

  /** What is kept of the log: some entries for followers that are not far behind. */
  private static EntryLog compacted(RaftState state, long lastIncludedIndex) {
    EntryLog log = state.log();
    long base = lastIncludedIndex;
    long bytes = 0;
    while (base > log.baseIndex() && lastIncludedIndex - base < state.settings().retainEntries()) {
      bytes += log.entry(base).sizeBytes();
      if (bytes > state.settings().retainBytes()) {
        break;
      }
      base--;
    }
    return log.compactTo(base);
  }

  /** Asks for term, vote and {@code entries} to be made durable. */
  static Effect.Persist persist(RaftState state, List<LogEntry> entries) {
    return new Effect.Persist(state.writes().lastWriteNumber(), state.currentTerm(), state.votedFor(), entries);
  }

  /** Sends once all that was asked for so far is durable: at once, if it is. */
  static Step promise(RaftState state, PeerId to, RaftMessage message) {
    Effect.Send send = new Effect.Send(to, message);
    return state.writes().pending().isEmpty()
        ? Step.to(state, send)
        : Step.to(state.withWrites(state.writes().promising(send)));
  }
}
