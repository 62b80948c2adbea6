package io.flotilla.raft;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The role in this term (§5.1). Follower -> PreCandidate and Candidate -> PreCandidate: the election timeout passes. Follower ->
 * PreCandidate, too: a pre-candidate cannot win, but this one can. PreCandidate -> Candidate, Candidate -> Leader: a majority granted its
 * (pre-)vote. PreCandidate -> Leader: a majority's votes for its last candidacy arrive late. Any -> Follower: a higher term arrives, or a
 * leader of this term is heard. PreCandidate -> Follower, too: another pre-candidate goes first.
 */
public sealed interface Role {
  /**
   * Answers leaders and candidates.
   *
   * @param heardLeaderNanos when a leader was last heard, on the clock of {@link RaftCore#step}. A replica that restarts takes the
   *     start for it: before it crashed it may have confirmed a leader, who still trusts in that (thesis §6.4.1)
   * @param incoming the snapshot that a leader is sending
   * @param handingOver the leadership transfer that was under way when this replica stepped down, until its successor is known or an
   *     election timeout has passed without one
   */
  record Follower(Optional<PeerId> leaderId, Optional<Long> heardLeaderNanos, Optional<IncomingSnapshot> incoming,
      Optional<Transfer> handingOver) implements Role {
    /** Follows that leader, or knows of none yet; has heard nothing so far. */
    static Follower of(Optional<PeerId> leaderId) {
      return new Follower(leaderId, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** A snapshot is complete and being installed; until then the log takes nothing. */
    boolean installing() {
      return incoming.map(IncomingSnapshot::installing).orElse(false);
    }

    Follower withLeader(Optional<PeerId> other) {
      return new Follower(other, heardLeaderNanos, incoming, handingOver);
    }

    Follower withIncoming(IncomingSnapshot snapshot) {
      return new Follower(leaderId, heardLeaderNanos, Optional.of(snapshot), handingOver);
    }

    Follower withoutIncoming() {
      return new Follower(leaderId, heardLeaderNanos, Optional.empty(), handingOver);
    }

    Follower withoutTransfer() {
      return new Follower(leaderId, heardLeaderNanos, incoming, Optional.empty());
    }
  }

  /**
   * Asks whether it could win, without a new term yet (thesis §9.6).
   *
   * @param insists grants no pre-vote to those whom it outranks: the first time that it asks, until somebody refuses it
   * @param candidacy the one in this term whose time ran out, if no other role came between. Votes for it that arrive late still count
   */
  record PreCandidate(SortedSet<PeerId> votesGranted, boolean insists, Optional<Candidate> candidacy) implements Role {
    public PreCandidate {
      votesGranted = Collections.unmodifiableSortedSet(new TreeSet<>(votesGranted));
    }

    PreCandidate withVoteOf(PeerId voter) {
      return new PreCandidate(with(votesGranted, voter), insists, candidacy);
    }

    PreCandidate withoutInsisting() {
      return new PreCandidate(votesGranted, false, candidacy);
    }

    PreCandidate withCandidacy(Candidate newCandidacy) {
      return new PreCandidate(votesGranted, insists, Optional.of(newCandidacy));
    }
  }

  /** Campaigns; {@code leadershipTransfer} says that the leader asked it to. */
  record Candidate(SortedSet<PeerId> votesGranted, boolean leadershipTransfer) implements Role {
    public Candidate {
      votesGranted = Collections.unmodifiableSortedSet(new TreeSet<>(votesGranted));
    }

    Candidate withVoteOf(PeerId voter) {
      return new Candidate(with(votesGranted, voter), leadershipTransfer);
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
   * @param thriftyTimerRuns whether {@link Timer#THRIFTY} will end all thrift
   */
  record Leader(long termStartIndex, SortedMap<PeerId, Progress> followers, ReadRounds reads,
      Optional<MembershipChange> change, Optional<Transfer> transfer, boolean thriftyTimerRuns) implements Role {
    public Leader {
      followers = Collections.unmodifiableSortedMap(new TreeMap<>(followers));
    }

    Leader withFollower(PeerId peer, Progress progress) {
      SortedMap<PeerId, Progress> all = new TreeMap<>(followers);
      all.put(peer, progress);
      return withFollowers(all);
    }

    Leader withFollowers(SortedMap<PeerId, Progress> newFollowers) {
      return new Leader(termStartIndex, newFollowers, reads, change, transfer, thriftyTimerRuns);
    }

    Leader withReads(ReadRounds newReads) {
      return new Leader(termStartIndex, followers, newReads, change, transfer, thriftyTimerRuns);
    }

    Leader withChange(Optional<MembershipChange> newChange) {
      return new Leader(termStartIndex, followers, reads, newChange, transfer, thriftyTimerRuns);
    }

    Leader withTransfer(Optional<Transfer> newTransfer) {
      return new Leader(termStartIndex, followers, reads, change, newTransfer, thriftyTimerRuns);
    }

    Leader withThriftyTimer(boolean runs) {
      return new Leader(termStartIndex, followers, reads, change, transfer, runs);
    }
  }

  /**
   * A change of membership that somebody waits for.
   *
   * @param voters who shall vote in the end
   * @param learners who shall only learn in the end
   */
  record MembershipChange(long requestId, SortedSet<PeerId> voters, SortedSet<PeerId> learners) {}

  /**
   * A snapshot on its way in, chunk by chunk.
   *
   * @param leaderId only its chunks belong together: another leader's snapshot may differ byte for byte
   * @param nextOffset all before it is stored
   * @param storing the chunk at {@code nextOffset} is being stored
   */
  record IncomingSnapshot(PeerId leaderId, long lastIncludedIndex, long lastIncludedTerm, Membership membership,
      long nextOffset, Optional<StoringChunk> storing, boolean installing) {
    boolean sameAs(RaftMessage.InstallSnapshot chunk) {
      return leaderId.equals(chunk.leaderId()) && lastIncludedIndex == chunk.lastIncludedIndex()
          && lastIncludedTerm == chunk.lastIncludedTerm();
    }
  }

  /** A chunk being stored, which ends before {@code endOffset}; {@code last}: the snapshot ends there too. */
  record StoringChunk(long endOffset, boolean last) {}

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
   * @param leaseForfeited a successor was told to campaign in spite of the lease (thesis §6.4.1): none in this term any more
   */
  record ReadRounds(long round, long roundStartedNanos, Optional<Long> confirmedNanos, List<Long> inRound,
      List<Long> waiting, boolean leaseForfeited) {
    public ReadRounds {
      inRound = List.copyOf(inRound);
      waiting = List.copyOf(waiting);
    }

    static final ReadRounds NONE = new ReadRounds(0, 0, Optional.empty(), List.of(), List.of(), false);
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

  private static SortedSet<PeerId> with(SortedSet<PeerId> peers, PeerId peer) {
    SortedSet<PeerId> more = new TreeSet<>(peers);
    more.add(peer);
    return more;
  }
}
