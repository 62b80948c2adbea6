package io.flotilla.raft.law;

import io.flotilla.raft.EntryLog;
import io.flotilla.raft.LogEntry;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.RaftState;
import java.util.HashMap;
import java.util.Map;

/**
 * Log Matching: if two logs contain an entry with the same index and term, then the logs are identical in all entries up through
 * it (§5.3). By induction it is enough that whatever has that index and term is one entry, with one term before it.
 */
public final class LogMatching implements Law {
  private record Position(long index, long term) {}

  private record Seen(LogEntry entry, long previousTerm) {}

  private final Map<Position, Seen> seen = new HashMap<>();

  @Override
  public void started(PeerId peer, RaftState restored) {
    EntryLog log = restored.log();
    for (long index = log.baseIndex() + 1; index <= log.lastIndex(); index++) {
      check(peer, log, index);
    }
  }

  @Override
  public void stepped(Stepped stepped) {
    EntryLog before = stepped.before().log();
    EntryLog after = stepped.after().log();
    if (after == before) {
      return;
    }
    for (long index = after.lastIndex(); index > after.baseIndex() && isNew(before, after, index); index--) {
      check(stepped.peer(), after, index);
    }
  }

  private static boolean isNew(EntryLog before, EntryLog after, long index) {
    return index <= before.baseIndex() || index > before.lastIndex() || !after.entry(index).equals(before.entry(index));
  }

  private void check(PeerId peer, EntryLog log, long index) {
    LogEntry entry = log.entry(index);
    Seen first = seen.computeIfAbsent(new Position(index, entry.term()), _ -> new Seen(entry, log.termAt(index - 1)));
    Law.require(first.entry.equals(entry) && first.previousTerm == log.termAt(index - 1),
        "Log Matching: %s holds %s after term %d, but elsewhere it is %s", peer, entry, log.termAt(index - 1), first);
  }
}
