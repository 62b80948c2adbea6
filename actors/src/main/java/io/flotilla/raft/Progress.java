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
 * @param answerNanos how long it takes to answer an append, smoothed; 0 until it has answered one that was counted as under way
 * @param spared whether commitment does without it at present
 */
public record Progress(long matchIndex, long nextIndex, Mode mode, long acknowledgedRound, long lastHeardNanos,
    long lastAdvancedNanos, long answerNanos, boolean spared) {
  /** The latest answer counts for an eighth: alpha of TCP's smoothed round-trip time (RFC 6298, section 2). */
  private static final int ANSWERS_SMOOTHED = 8;

  /** How the leader sends to a follower. */
  public sealed interface Mode {
    /** Not sure where the logs meet: one append at a time. */
    record Probing(boolean awaitingAnswer) implements Mode {}

    /** Appends follow one another without waiting, up to a window. */
    record Replicating(List<InFlight> inFlight) implements Mode {
      public Replicating {
        inFlight = List.copyOf(inFlight);
      }
    }

    /** A snapshot goes chunk by chunk; {@code nextOffset} is the one under way. */
    record Snapshotting(long lastIncludedIndex, long nextOffset) implements Mode {}
  }

  /** An append under way. */
  public record InFlight(long lastIndex, long sentNanos) {}

  public Progress {
    check(nextIndex > matchIndex, "nextIndex %d > matchIndex %d", nextIndex, matchIndex);
  }

  /** A follower of whom a new leader knows nothing (Figure 2: {@code nextIndex} is the leader's last index plus one). */
  static Progress unknown(long nextIndex, long nowNanos) {
    return new Progress(0, nextIndex, new Mode.Probing(false), 0, nowNanos, nowNanos, 0, false);
  }

  /** Whether it was sent entries, where the logs are known to meet, that it has not answered yet. */
  boolean hasAppendsUnderWay() {
    return mode instanceof Mode.Replicating(var inFlight) && !inFlight.isEmpty();
  }

  /** How long it takes to answer, as far as can be told: one that owes an answer for longer is slower than it was. */
  long expectedAnswerNanos(long nowNanos) {
    return switch (mode) {
      case Mode.Replicating(var inFlight) when !inFlight.isEmpty() ->
        Math.max(answerNanos, nowNanos - inFlight.getFirst().sentNanos());
      case Mode.Replicating _ -> answerNanos;
      case Mode.Probing _, Mode.Snapshotting _ -> Long.MAX_VALUE;
    };
  }

  /** It answered, and so confirmed the leadership of this term, as of {@code round}. */
  Progress heard(long round, long nowNanos) {
    return new Progress(matchIndex, nextIndex, mode, Math.max(acknowledgedRound, round), nowNanos, lastAdvancedNanos,
        answerNanos, spared);
  }

  /** It holds the log up to {@code index}, or more: answers may come late and out of order. */
  Progress matched(long index, long nowNanos) {
    long match = Math.max(matchIndex, index);
    Mode next = switch (mode) {
      case Mode.Probing probing -> index >= nextIndex - 1 ? new Mode.Replicating(List.of()) : probing;
      case Mode.Replicating replicating -> new Mode.Replicating(
          replicating.inFlight.stream().filter(append -> append.lastIndex() > match).toList());
      case Mode.Snapshotting snapshotting ->
        index >= snapshotting.lastIncludedIndex ? new Mode.Replicating(List.of()) : snapshotting;
    };
    return new Progress(match, Math.max(nextIndex, match + 1), next, acknowledgedRound, lastHeardNanos,
        match > matchIndex ? nowNanos : lastAdvancedNanos, smoothed(match, nowNanos), spared);
  }

  /** With the time that the latest of those appends took which the follower now holds. */
  private long smoothed(long match, long nowNanos) {
    if (!(mode instanceof Mode.Replicating(var inFlight)) || inFlight.isEmpty() || inFlight.getFirst().lastIndex() > match) {
      return answerNanos;
    }
    long sentNanos = inFlight.reversed().stream().filter(append -> append.lastIndex() <= match).findFirst().orElseThrow().sentNanos();
    long took = nowNanos - sentNanos;
    return answerNanos == 0 ? took : answerNanos + (took - answerNanos) / ANSWERS_SMOOTHED;
  }

  /** Looks anew for where the logs meet, from {@code index} on. */
  Progress probing(long index) {
    return new Progress(matchIndex, Math.max(index, matchIndex + 1), new Mode.Probing(false), acknowledgedRound,
        lastHeardNanos, lastAdvancedNanos, answerNanos, spared);
  }

  /** Entries up to {@code lastIndex} were sent; {@code lastIndex} is {@code nextIndex - 1} if there were none. */
  Progress sent(long lastIndex, long nowNanos) {
    return switch (mode) {
      case Mode.Probing _ -> new Progress(matchIndex, nextIndex, new Mode.Probing(true), acknowledgedRound,
          lastHeardNanos, nowNanos, answerNanos, spared);
      case Mode.Replicating(var inFlight) -> {
        List<InFlight> more = new ArrayList<>(inFlight);
        more.add(new InFlight(lastIndex, nowNanos));
        yield new Progress(matchIndex, lastIndex + 1, new Mode.Replicating(more), acknowledgedRound, lastHeardNanos,
            inFlight.isEmpty() ? nowNanos : lastAdvancedNanos, answerNanos, spared);
      }
      case Mode.Snapshotting _ -> throw new IllegalStateException("no appends while a snapshot goes: " + this);
    };
  }

  /** The chunk at {@code offset} of that snapshot was sent. */
  Progress sentChunk(long lastIncludedIndex, long offset, long nowNanos) {
    return new Progress(matchIndex, nextIndex, new Mode.Snapshotting(lastIncludedIndex, offset), acknowledgedRound,
        lastHeardNanos, nowNanos, answerNanos, spared);
  }

  /** Commitment does without it from now on, or needs it. */
  Progress withSpared(boolean nowSpared) {
    return new Progress(matchIndex, nextIndex, mode, acknowledgedRound, lastHeardNanos, lastAdvancedNanos, answerNanos, nowSpared);
  }
}
