package io.flotilla.raft.law;

import io.flotilla.raft.EntryLog;
import io.flotilla.raft.Input;
import io.flotilla.raft.LogEntry;
import io.flotilla.raft.RaftMessage;

/**
 * Entries go only where "an existing entry conflicts with a new one (same index but different terms)" (Figure 2, AppendEntries, step 3),
 * or where a snapshot is installed that does not agree with the log: then all of it goes. If it agrees, what follows it is retained
 * (Figure 13, steps 6 and 7), as it is when a server compacts its own log (§7).
 */
public final class OnlyConflictsTruncate implements Law {
  @Override
  public void stepped(Stepped stepped) {
    EntryLog before = stepped.before().log();
    EntryLog after = stepped.after().log();
    if (after == before) {
      return;
    }
    if (stepped.input().isPresent() && stepped.input().get() instanceof Input.SnapshotInstalled installed
        && !before.matches(installed.lastIncludedIndex(), installed.lastIncludedTerm())) {
      Law.require(after.baseIndex() == installed.lastIncludedIndex() && after.lastIndex() == installed.lastIncludedIndex(),
          "Only conflicts truncate: %s keeps %s of %s, which does not agree with %s", stepped.peer(), after, before, installed);
      return;
    }
    long lost = firstLost(before, after);
    boolean conflicts = lost == 0 || (stepped.received().isPresent()
        && stepped.received().get() instanceof RaftMessage.AppendEntries append && conflicts(append, before, lost));
    Law.require(conflicts, "Only conflicts truncate: %s goes from %s to %s, without entry %d, by %s", stepped.peer(), before, after, lost,
        stepped.input());
    Law.require(lost > 0 || after.lastIndex() > before.lastIndex() || after.membership().equals(before.membership()),
        "Only conflicts truncate: the membership of %s goes from %s to %s without an entry", stepped.peer(), before.membership(),
        after.membership());
  }

  /** 0 if nothing is lost but what a snapshot covers. By Log Matching all after the first is lost too. */
  private static long firstLost(EntryLog before, EntryLog after) {
    long last = before.lastIndex();
    if (last <= after.baseIndex() || after.matches(last, before.termAt(last))) {
      return 0;
    }
    long index = last;
    while (index - 1 > Math.max(before.baseIndex(), after.baseIndex()) && !after.matches(index - 1, before.termAt(index - 1))) {
      index--;
    }
    return index;
  }

  private static boolean conflicts(RaftMessage.AppendEntries append, EntryLog before, long lost) {
    for (LogEntry entry : append.entries()) {
      if (entry.index() == lost) {
        return entry.term() != before.termAt(lost);
      }
    }
    return false;
  }
}
