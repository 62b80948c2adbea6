package io.flotilla.raft.law;

import io.flotilla.raft.Effect;
import io.flotilla.raft.EntryLog;
import io.flotilla.raft.Input;
import io.flotilla.raft.Membership;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.RaftMessage;
import io.flotilla.raft.RaftState;
import io.flotilla.raft.Role;
import io.flotilla.raft.Step;
import io.flotilla.raft.Timer;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.Predicate;

/** Something that must hold at every moment of every run. It sees all that happens, and throws when the law is broken. */
public interface Law {
  /**
   * A replica took a step.
   *
   * @param input what made it; empty for the first step after a start
   * @param nowNanos what the replica's own clock said
   */
  record Stepped(PeerId peer, Optional<Input> input, long nowNanos, RaftState before, Step step, Durable durable) {
    public RaftState after() {
      return step.next();
    }

    /** The message that made it, if one did. */
    Optional<RaftMessage> received() {
      return input.isPresent() && input.get() instanceof Input.Received(var message) ? Optional.of(message) : Optional.empty();
    }

    /** The follower's answer to an append or a chunk that made it, if one did. */
    Optional<RaftMessage> answered() {
      return received().filter(message -> message instanceof RaftMessage.AppendAccepted || message instanceof RaftMessage.AppendRefused
          || message instanceof RaftMessage.SnapshotChunkAccepted);
    }

    /** That timer made it. */
    boolean fired(Timer timer) {
      return input.isPresent() && input.get() instanceof Input.TimerFired(var fired) && fired == timer;
    }

    /** Without a stream, as laws ask it at every step. */
    boolean hasEffect(Predicate<Effect> wanted) {
      for (Effect effect : step.effects()) {
        if (wanted.test(effect)) {
          return true;
        }
      }
      return false;
    }

    boolean becomesLeader() {
      return after().role() instanceof Role.Leader && !(before.role() instanceof Role.Leader);
    }
  }

  /** What the replica's disk holds at that moment: what a crash would leave. */
  record Durable(long currentTerm, Optional<PeerId> votedFor, EntryLog log) {}

  default void stepped(Stepped stepped) {}

  /** The replica lost all that was not durable, or came up for the first time: what it did before does not bind its memory. */
  default void started(PeerId peer, RaftState restored) {}

  /** A replica's state machine now stands at {@code index}, with {@code digest} over all that it applied. */
  default void applied(PeerId peer, long index, long digest) {}

  /** A client was told that its command is applied, at that index. */
  default void acknowledged(long index, byte[] command) {}

  default void readAsked(long readId) {}

  /** A client saw the state as of {@code appliedIndex}. */
  default void readAnswered(long readId, long readIndex, long appliedIndex) {}

  /** A client asks that replica to show its state as it stands; {@code nowNanos} is what the replica's own clock says. */
  default void staleReadAsked(PeerId peer, long readId, long nowNanos) {}

  /** It was shown the state as of {@code appliedIndex}, and told that the replica last heard a leader {@code staleMillis} before. */
  default void staleReadAnswered(long readId, long appliedIndex, long staleMillis, long nowNanos) {}

  /** All laws, in their initial state. */
  static List<Law> all() {
    return List.of(new ElectionSafety(), new OneVotePerTerm(), new LeaderAppendOnly(), new LogMatching(),
        new LeaderCompleteness(), new StateMachineSafety(), new DurablePromises(), new RisingState(),
        new AcknowledgedWritesSurvive(), new LinearizableReads(), new ElectedByMajority(), new UpToDateVotes(),
        new CommitmentOfCurrentTerm(), new DurableCommitment(), new AcknowledgedEntriesStay(), new JointConsensus(),
        new SettledTerms(), new AnnouncedRoles(), new PreVotes(), new LeaderStickiness(), new ElectionTimers(),
        new Heartbeats(), new OnlyConflictsTruncate(), new TruthfulAnswers(), new PromptAnswers(), new Retransmission(),
        new FastBackup(), new CommitmentByLeaders(), new VotersLead(), new SnapshotMembership(), new SnapshotsInOrder(),
        new CaughtUpSuccessors(), new CaughtUpNewcomers(), new CheckQuorum(), new ConfirmedReads(), new FollowersAreMembers(),
        new BoundedAppends(), new PacedAppends(), new PromptAppends(), new BoundedLog(), new TruthfulOutcomes(), new HonestStaleReads(),
        new LatestMembership());
  }

  /** Both majorities of a joint membership; not asked as the product asks for it, which may be wrong. */
  static boolean isMajority(Membership membership, Predicate<PeerId> counts) {
    return isMajority(membership.voters(), counts) && (!membership.isJoint() || isMajority(membership.outgoing(), counts));
  }

  private static boolean isMajority(SortedSet<PeerId> voters, Predicate<PeerId> counts) {
    return 2 * voters.stream().filter(counts).count() > voters.size();
  }

  /** The term of a log's last entry, be it in the snapshot; not asked as the product asks for it, which may be wrong. */
  static long lastTermOf(EntryLog log) {
    return log.termAt(log.lastIndex());
  }

  static void require(boolean holds, String format, Object... values) {
    if (!holds) {
      throw new AssertionError(format.formatted(values));
    }
  }
}
