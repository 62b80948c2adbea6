package io.flotilla.raft.cluster;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Virtual time: what happens when. What is due at the same moment happens in the order in which it was put down. */
final class Agenda {
  private record Item(long atNanos, long number, Runnable action) {}

  private final PriorityQueue<Item> items =
      new PriorityQueue<>(Comparator.comparingLong(Item::atNanos).thenComparingLong(Item::number));
  private long nowNanos;
  private long lastNumber;

  long nowNanos() {
    return nowNanos;
  }

  void after(Duration delay, Runnable action) {
    items.add(new Item(nowNanos + delay.toNanos(), ++lastNumber, action));
  }

  /** Does what is due next, if it is due by {@code untilNanos}. */
  boolean doNext(long untilNanos) {
    if (items.isEmpty() || items.peek().atNanos > untilNanos) {
      return false;
    }
    Item item = items.remove();
    nowNanos = item.atNanos;
    item.action.run();
    return true;
  }

  void advanceTo(long nanos) {
    nowNanos = Math.max(nowNanos, nanos);
  }
}
