package io.flotilla.raft;

import static io.flotilla.raft.Checks.check;

import java.util.ArrayList;
import java.util.List;

/**
 * What a leader knows of one follower (Figure 2: {@code nextIndex}, {@code matchIndex}) and how it sends to it.
 *
 * <p>Probing -> Replicating: an append was accepted. Replicating -> Probing: one was refused, or no answer came in time. Any ->
 * Snapshotting: the log no longer reaches back to {@code nextIndex}. Snapshotting -> Replicating: the snapshot is installed.
 *
 * @param matchIndex durably on the follower, up to here
 * @param nextIndex what goes next; always after {@code matchIndex}
 * @param acknowledgedRound the latest leadership confirmation it answered
 * @param lastHeardNanos when it last answered anything
 * @param lastAdvancedNanos when it last got further, or was last sent something after having had all: silence since then means loss
 */
public record Progress(long matchIndex, long nextIndex, Mode mode, long acknowledgedRound, long lastHeardNanos,
    long lastAdvancedNanos) {

  /** How the leader sends to a follower. */
  public sealed interface Mode {
    /** Not sure where the logs meet: one append at a time. */
    record Probing(boolean awaitingAnswer) implements Mode {}

    /** Appends follow one another without waiting, up to a window; each under way by its last entry's index. */
    record Replicating(List<Long> inFlightLastIndexes) implements Mode {
      public Replicating {
        inFlightLastIndexes = List.copyOf(inFlightLastIndexes);
      }
    }

    /** A snapshot goes chunk by chunk; {@code nextOffset} is the one under way. */
    record Snapshotting(long lastIncludedIndex, long nextOffset) implements Mode {}
  }

  public Progress {
    check(nextIndex > matchIndex, "nextIndex %d > matchIndex %d", nextIndex, matchIndex);
  }

  /** A follower of whom a new leader knows nothing (Figure 2: {@code nextIndex} is the leader's last index plus one). */
  static Progress unknown(long nextIndex, long nowNanos) {
    return new Progress(0, nextIndex, new Mode.Probing(false), 0, nowNanos, nowNanos);
  }

  /** Whether it was sent entries, where the logs are known to meet, that it has not answered yet. */
  boolean hasAppendsUnderWay() {
    return mode instanceof Mode.Replicating(var inFlight) && !inFlight.isEmpty();
  }

  /** It answered, and so confirmed the leadership of this term, as of {@code round}. */
  Progress heard(long round, long nowNanos) {
    return new Progress(matchIndex, nextIndex, mode, Math.max(acknowledgedRound, round), nowNanos, lastAdvancedNanos);
  }

  /** It holds the log up to {@code index}, or more: answers may come late and out of order. */
  Progress matched(long index, long nowNanos) {
    long match = Math.max(matchIndex, index);
    Mode next = switch (mode) {
      case Mode.Probing probing -> index >= nextIndex - 1 ? new Mode.Replicating(List.of()) : probing;
      case Mode.Replicating replicating -> new Mode.Replicating(
          replicating.inFlightLastIndexes.stream().filter(lastIndex -> lastIndex > match).toList());
      case Mode.Snapshotting snapshotting ->
        index >= snapshotting.lastIncludedIndex ? new Mode.Replicating(List.of()) : snapshotting;
    };
    return new Progress(match, Math.max(nextIndex, match + 1), next, acknowledgedRound, lastHeardNanos,
        match > matchIndex ? nowNanos : lastAdvancedNanos);
  }

  /** Looks anew for where the logs meet, from {@code index} on. */
  Progress probing(long index) {
    return new Progress(matchIndex, Math.max(index, matchIndex + 1), new Mode.Probing(false), acknowledgedRound,
        lastHeardNanos, lastAdvancedNanos);
  }

  /** Entries up to {@code lastIndex} were sent; {@code lastIndex} is {@code nextIndex - 1} if there were none. */
  Progress sent(long lastIndex, long nowNanos) {
    return switch (mode) {
      case Mode.Probing _ -> new Progress(matchIndex, nextIndex, new Mode.Probing(true), acknowledgedRound,
          lastHeardNanos, nowNanos);
      case Mode.Replicating(var inFlight) -> {
        List<Long> more = new ArrayList<>(inFlight);
        more.add(lastIndex);
        yield new Progress(matchIndex, lastIndex + 1, new Mode.Replicating(more), acknowledgedRound, lastHeardNanos,
            inFlight.isEmpty() ? nowNanos : lastAdvancedNanos);
      }
      case Mode.Snapshotting _ -> throw new IllegalStateException("no appends while a snapshot goes: " + this);
    };
  }

  /** The chunk at {@code offset} of that snapshot was sent. */
  Progress sentChunk(long lastIncludedIndex, long offset, long nowNanos) {
    return new Progress(matchIndex, nextIndex, new Mode.Snapshotting(lastIncludedIndex, offset), acknowledgedRound,
        lastHeardNanos, nowNanos);
  }
}
