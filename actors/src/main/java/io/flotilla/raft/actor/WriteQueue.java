package io.flotilla.raft.actor;

import io.flotilla.raft.Effect;
import io.flotilla.raft.LogEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Group commit: hands {@link RaftLog} one batch at a time, and what is asked for meanwhile forms the next. So one sync of the disk
 * serves everything that waited for the one before it. Belongs to the peer's thread.
 */
final class WriteQueue {
  /** What the log has to do, in the order asked for. */
  private sealed interface Item {
    record Write(Effect.Persist persist) implements Item {}

    /** A snapshot stands for the writes before it, so it waits until they were handed over; it does not hold up those after it. */
    record Snapshot(RaftLog.Command command) implements Item {}
  }

  private final ActorRef<? super RaftLog.Command> log;
  private final long maxBatchBytes;
  private final Deque<Item> waiting = new ArrayDeque<>();
  private boolean writing;

  WriteQueue(ActorRef<? super RaftLog.Command> log, long maxBatchBytes) {
    this.log = log;
    this.maxBatchBytes = maxBatchBytes;
  }

  void write(Effect.Persist persist) {
    waiting.add(new Item.Write(persist));
    handOver();
  }

  void snapshot(RaftLog.Command command) {
    waiting.add(new Item.Snapshot(command));
    handOver();
  }

  /** The batch under way is durable. */
  void written() {
    writing = false;
    handOver();
  }

  private void handOver() {
    while (!writing && !waiting.isEmpty()) {
      switch (waiting.removeFirst()) {
        case Item.Snapshot(var command) -> log.tell(command);
        case Item.Write(var first) -> {
          writing = true;
          log.tell(batchFrom(first));
        }
      }
    }
  }

  private RaftLog.Command.Append batchFrom(Effect.Persist first) {
    if (!(waiting.peekFirst() instanceof Item.Write)) {
      return append(first, first.entries());
    }
    Effect.Persist last = first;
    List<LogEntry> entries = new ArrayList<>(first.entries());
    long bytes = sizeOf(first.entries());
    while (waiting.peekFirst() instanceof Item.Write(var next) && bytes + sizeOf(next.entries()) <= maxBatchBytes) {
      waiting.removeFirst();
      replaceTail(entries, next.entries());
      bytes += sizeOf(next.entries());
      last = next;
    }
    return append(last, entries);
  }

  private static RaftLog.Command.Append append(Effect.Persist last, List<LogEntry> entries) {
    return new RaftLog.Command.Append(last.writeNumber(),
        new RaftLogEvent.Appended(last.currentTerm(), last.votedFor(), entries));
  }

  /** An append at an index that exists replaces it and all that follow (§5.3), within a batch as well. */
  private static void replaceTail(List<LogEntry> entries, List<LogEntry> replacement) {
    if (replacement.isEmpty()) {
      return;
    }
    long firstIndex = replacement.getFirst().index();
    while (!entries.isEmpty() && entries.getLast().index() >= firstIndex) {
      entries.removeLast();
    }
    entries.addAll(replacement);
  }

  private static long sizeOf(List<LogEntry> entries) {
    long bytes = 0;
    for (LogEntry entry : entries) {
      bytes += entry.sizeBytes();
    }
    return bytes;
  }
}
