package io.flotilla.raft;

import java.util.List;

/**
 * What peers say to one another: the RPCs of Raft's Figure 2 and 13, field for field, as one-way messages. They may be lost,
 * repeated and reordered.
 */
public sealed interface RaftMessage {
  /** What an answer bears that confirms nobody's leadership; rounds begin with 1 in each term. */
  long NO_ROUND = 0;

  /** The sender's current term, except in {@link PreVote} and {@link PreVoteGranted}. */
  long term();

  /** Who sent it. */
  PeerId from();

  /**
   * Would you vote for me (thesis §9.6)? Nobody changes its term for it.
   *
   * @param term the one the sender would campaign in: its current term plus one
   */
  record PreVote(long term, PeerId candidateId, long lastLogIndex, long lastLogTerm) implements RaftMessage {
    @Override
    public PeerId from() {
      return candidateId;
    }
  }

  /** The receiver would get the sender's vote in {@code term}, the one that was asked for. */
  record PreVoteGranted(long term, PeerId voterId) implements RaftMessage {
    @Override
    public PeerId from() {
      return voterId;
    }
  }

  record PreVoteRefused(long term, PeerId voterId) implements RaftMessage {
    @Override
    public PeerId from() {
      return voterId;
    }
  }

  /**
   * A candidate asks for a vote (§5.2, §5.4.1).
   *
   * @param leadershipTransfer the leader told the sender to campaign, so voters that hear from a leader answer too (thesis §3.10)
   */
  record RequestVote(long term, PeerId candidateId, long lastLogIndex, long lastLogTerm, boolean leadershipTransfer)
      implements RaftMessage {
    @Override
    public PeerId from() {
      return candidateId;
    }
  }

  /** The vote is durable. */
  record VoteGranted(long term, PeerId voterId) implements RaftMessage {
    @Override
    public PeerId from() {
      return voterId;
    }
  }

  record VoteRefused(long term, PeerId voterId) implements RaftMessage {
    @Override
    public PeerId from() {
      return voterId;
    }
  }

  /**
   * Leader to follower; without entries it is a heartbeat (§5.2, §5.3).
   *
   * @param round the leader's latest leadership confirmation (§8); the answer carries it back
   */
  record AppendEntries(long term, PeerId leaderId, long prevLogIndex, long prevLogTerm, List<LogEntry> entries,
      long leaderCommit, long round) implements RaftMessage {
    public AppendEntries {
      entries = List.copyOf(entries);
    }

    @Override
    public PeerId from() {
      return leaderId;
    }
  }

  /** The follower durably holds all that the leader does, up to {@code matchIndex}. */
  record AppendAccepted(long term, PeerId followerId, long matchIndex, long round) implements RaftMessage {
    @Override
    public PeerId from() {
      return followerId;
    }
  }

  /**
   * Nothing matched at {@code prevLogIndex}: the leader may skip all of {@code conflictTerm} at once (§5.3).
   *
   * @param conflictTerm the follower's term at {@code prevLogIndex}; 0 if its log ends before
   * @param conflictFirstIndex its first entry of that term; where its log ends, plus one, if {@code conflictTerm} is 0
   */
  record AppendRefused(long term, PeerId followerId, long prevLogIndex, long conflictTerm, long conflictFirstIndex,
      long round) implements RaftMessage {
    @Override
    public PeerId from() {
      return followerId;
    }
  }

  /**
   * One chunk of a snapshot (Figure 13).
   *
   * @param membership the group's as of {@code lastIncludedIndex}
   * @param offset where {@code data} belongs in the content, in bytes
   * @param done this is the last chunk
   */
  record InstallSnapshot(long term, PeerId leaderId, long lastIncludedIndex, long lastIncludedTerm,
      Membership membership, long offset, byte[] data, boolean done) implements RaftMessage {
    @Override
    public PeerId from() {
      return leaderId;
    }

    @Override
    public String toString() {
      return "InstallSnapshot[term=%d, leaderId=%s, lastIncluded=%d/%d, offset=%d, data=%d bytes, done=%s]"
          .formatted(term, leaderId, lastIncludedIndex, lastIncludedTerm, offset, data.length, done);
    }
  }

  /** The follower holds the snapshot's content before {@code nextOffset} and wants what follows. */
  record SnapshotChunkAccepted(long term, PeerId followerId, long lastIncludedIndex, long nextOffset)
      implements RaftMessage {
    @Override
    public PeerId from() {
      return followerId;
    }
  }

  /** Campaign at once, I step back for you (thesis §3.10). */
  record TimeoutNow(long term, PeerId leaderId) implements RaftMessage {
    @Override
    public PeerId from() {
      return leaderId;
    }
  }
}
