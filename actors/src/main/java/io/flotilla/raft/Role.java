package io.flotilla.raft;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The role in this term (§5.1). Follower -> PreCandidate: the election timeout passes. PreCandidate -> Candidate, Candidate ->
 * Leader: a majority granted its (pre-)vote. Any -> Follower: a higher term arrives, or a leader of this term is heard.
 */
public sealed interface Role {
  /**
   * Answers leaders and candidates.
   *
   * @param lastLeaderContactNanos when the leader was last heard, on the clock of {@link RaftCore#step}; meaningless without one
   * @param installing a snapshot is complete and being installed; until then appends are not taken
   */
  record Follower(Optional<PeerId> leaderId, long lastLeaderContactNanos, boolean installing) implements Role {}

  /** Asks whether it could win, without a term of its own yet (thesis §9.6). */
  record PreCandidate(SortedSet<PeerId> votesGranted) implements Role {
    public PreCandidate {
      votesGranted = Collections.unmodifiableSortedSet(new TreeSet<>(votesGranted));
    }
  }

  /** Campaigns; {@code leadershipTransfer} says that the leader asked it to. */
  record Candidate(SortedSet<PeerId> votesGranted, boolean leadershipTransfer) implements Role {
    public Candidate {
      votesGranted = Collections.unmodifiableSortedSet(new TreeSet<>(votesGranted));
    }
  }

  /**
   * Takes proposals and replicates.
   *
   * @param termStartIndex its no-op: once that is committed it knows what is (§8)
   * @param followers everyone else in the log's membership
   * @param reads linearizable reads and the rounds that confirm them
   * @param change the membership change under way
   * @param transfer the leadership transfer under way; while there is one, proposals are refused
   */
  record Leader(long termStartIndex, SortedMap<PeerId, Progress> followers, ReadRounds reads,
      Optional<MembershipChange> change, Optional<Transfer> transfer) implements Role {
    public Leader {
      followers = Collections.unmodifiableSortedMap(new TreeMap<>(followers));
    }
  }

  /**
   * A change of membership that somebody waits for.
   *
   * @param voters who shall vote in the end
   * @param learners who shall only learn in the end
   */
  record MembershipChange(long requestId, SortedSet<PeerId> voters, SortedSet<PeerId> learners) {}

  /** A leadership transfer; {@code told} once the target was sent {@link RaftMessage.TimeoutNow}. */
  record Transfer(long requestId, PeerId target, boolean told) {}

  /**
   * Reads that wait for a majority to confirm the leadership (§8). One round serves all reads that came before it began.
   *
   * @param round the latest round begun; heartbeats and appends carry it
   * @param roundStartedNanos when it began
   * @param confirmedNanos start of the latest round that a majority answered: the lease counts from there
   * @param inRound reads that the round under way will serve; empty if nobody waits for it
   * @param waiting reads for the round after it
   */
  record ReadRounds(long round, long roundStartedNanos, Optional<Long> confirmedNanos, List<Long> inRound, List<Long> waiting) {
    static final ReadRounds NONE = new ReadRounds(0, 0, Optional.empty(), List.of(), List.of());
  }

  /** The role's name in logs and in the REST interface. */
  default String label() {
    return switch (this) {
      case Follower _ -> "follower";
      case PreCandidate _ -> "pre-candidate";
      case Candidate _ -> "candidate";
      case Leader _ -> "leader";
    };
  }
}
