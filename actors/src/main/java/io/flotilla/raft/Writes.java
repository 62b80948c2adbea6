package io.flotilla.raft;

import static io.flotilla.raft.Checks.check;

import java.util.ArrayList;
import java.util.List;

/**
 * Writes that the core asked for and that are not durable yet, with the promises that wait for them.
 *
 * @param lastWriteNumber the latest asked for
 * @param durableIndex the log is durable up to here
 * @param pending in the order asked for
 */
public record Writes(long lastWriteNumber, long durableIndex, List<Pending> pending) {
  /**
   * One write.
   *
   * @param lastIndex where the log ends once it is durable
   * @param promises to be sent then
   */
  public record Pending(long writeNumber, long lastIndex, List<Effect.Send> promises) {}

  public Writes {
    pending = List.copyOf(pending);
  }

  static Writes none(long durableIndex) {
    return new Writes(0, durableIndex, List.of());
  }

  /** Asks for one more write, after which the log ends at {@code lastIndex}. */
  Writes asked(long lastIndex) {
    List<Pending> more = new ArrayList<>(pending);
    more.add(new Pending(lastWriteNumber + 1, lastIndex, List.of()));
    return new Writes(lastWriteNumber + 1, durableIndex, more);
  }

  /** Sends {@code promise} once all that was asked for so far is durable. */
  Writes promising(Effect.Send promise) {
    check(!pending.isEmpty(), "a promise waits for a pending write: %s", promise);
    List<Pending> more = new ArrayList<>(pending);
    Pending last = more.removeLast();
    List<Effect.Send> promises = new ArrayList<>(last.promises);
    promises.add(promise);
    more.add(new Pending(last.writeNumber, last.lastIndex, promises));
    return new Writes(lastWriteNumber, durableIndex, more);
  }

  /** The log was cut from {@code index} on: what pending writes put there does not count. */
  Writes truncatedFrom(long index) {
    return new Writes(lastWriteNumber, Math.min(durableIndex, index - 1), pending.stream()
        .map(write -> new Pending(write.writeNumber, Math.min(write.lastIndex, index - 1), write.promises)).toList());
  }

  /** Promises of earlier terms are void: those who wait for them have moved on, or will. */
  Writes withoutPromises() {
    return new Writes(lastWriteNumber, durableIndex,
        pending.stream().map(write -> new Pending(write.writeNumber, write.lastIndex, List.of())).toList());
  }

  Writes persistedUpTo(long writeNumber) {
    long durable = durableIndex;
    for (Pending write : pending) {
      if (write.writeNumber <= writeNumber) {
        durable = Math.max(durable, write.lastIndex);
      }
    }
    return new Writes(lastWriteNumber, durable, pending.stream().filter(write -> write.writeNumber > writeNumber).toList());
  }

  /** The promises that {@link #persistedUpTo} releases. */
  List<Effect.Send> promisesUpTo(long writeNumber) {
    return pending.stream().filter(write -> write.writeNumber <= writeNumber).flatMap(write -> write.promises.stream()).toList();
  }

  /** A snapshot up to {@code lastIncludedIndex} is durable, and the log with it ends at {@code lastIndex}. */
  Writes withSnapshot(long lastIncludedIndex, long lastIndex) {
    return new Writes(lastWriteNumber, Math.min(Math.max(durableIndex, lastIncludedIndex), lastIndex),
        truncatedFrom(lastIndex + 1).pending);
  }
}
