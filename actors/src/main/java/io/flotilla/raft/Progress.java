package io.flotilla.raft;

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

    /** Appends follow one another without waiting, up to a window. */
    record Replicating(int inFlight) implements Mode {}

    /** A snapshot goes chunk by chunk; {@code nextOffset} is the one under way. */
    record Snapshotting(long lastIncludedIndex, long nextOffset) implements Mode {}
  }
}
