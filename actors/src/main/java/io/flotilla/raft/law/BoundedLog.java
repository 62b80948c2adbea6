package io.flotilla.raft.law;

import io.flotilla.raft.EntryLog;
import io.flotilla.raft.RaftSettings;
import java.util.stream.LongStream;

/**
 * "Once a server completes writing a snapshot, it may delete all log entries up through the last included index" (§7). It keeps of them
 * what slow followers may still want, so many entries of so many bytes, and no more: else the log grows for ever.
 */
public final class BoundedLog implements Law {
  @Override
  public void stepped(Stepped stepped) {
    if (stepped.after().snapshotIndex() > stepped.before().snapshotIndex()) {
      EntryLog log = stepped.after().log();
      RaftSettings settings = stepped.after().settings();
      long kept = stepped.after().snapshotIndex() - log.baseIndex();
      long keptBytes = LongStream.rangeClosed(log.baseIndex() + 1, stepped.after().snapshotIndex())
          .map(index -> log.entry(index).sizeBytes()).sum();
      Law.require(kept <= settings.retainEntries() && keptBytes <= settings.retainBytes(),
          "Bounded log: %s has a snapshot up to %d and keeps %d entries of %d bytes before it", stepped.peer(),
          stepped.after().snapshotIndex(), kept, keptBytes);
    }
  }
}
