package io.flotilla.kv.router;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which reads may be under way at a time: as many as their answers fit a budget; the others wait here. How large an answer will be
 * shows only when it comes, so the latest answers stand for the next ones, and the largest there can be for those after a pause.
 *
 * <p>Without it two thousand readers of large values make a leader put two thousand of them into messages at once.
 */
final class ReadWindow {
  /** What the smallest answer counts, so that a flood that begins among small ones is bounded as well. */
  private static final long LEAST_BYTES = 8 * 1024;

  /** The part by which each smaller answer lowers the expectation: a larger one is not soon forgotten. */
  private static final int DECAY = 16;

  private final long budgetBytes;
  private final long largestBytes;
  private final Set<Operation> waiting = new LinkedHashSet<>();
  private long expectedBytes;
  private int underWay;

  /**
   * A window that expects the worst.
   *
   * @param largestBytes of one answer
   */
  ReadWindow(long budgetBytes, long largestBytes) {
    this.budgetBytes = budgetBytes;
    this.largestBytes = Math.max(LEAST_BYTES, largestBytes);
    this.expectedBytes = this.largestBytes;
  }

  /** Whether a read may be sent now; else it waits until {@link #leave} gives it back. */
  boolean enter(Operation read) {
    if (!waiting.isEmpty() || !hasRoom()) {
      waiting.add(read);
      return false;
    }
    underWay++;
    return true;
  }

  /** Learns from an answer. */
  void onAnswer(long bytes) {
    expectedBytes = Math.max(Math.max(bytes, LEAST_BYTES), expectedBytes - expectedBytes / DECAY);
  }

  /** A read is settled, whether it was under way or waited; those that now may be sent, in the order in which they came. */
  List<Operation> leave(Operation read) {
    if (waiting.remove(read)) {
      return List.of();
    }
    underWay--;
    if (waiting.isEmpty()) {
      return List.of();
    }
    List<Operation> admitted = new ArrayList<>();
    while (!waiting.isEmpty() && hasRoom()) {
      admitted.add(waiting.iterator().next());
      waiting.remove(admitted.getLast());
      underWay++;
    }
    return admitted;
  }

  /** Nothing was under way for a while: who comes next may want something else. */
  void onPause() {
    expectedBytes = largestBytes;
  }

  private boolean hasRoom() {
    return underWay == 0 || (underWay + 1) * expectedBytes <= budgetBytes;
  }
}
