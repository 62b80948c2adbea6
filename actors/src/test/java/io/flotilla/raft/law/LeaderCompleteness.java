package io.flotilla.raft.law;

import io.flotilla.raft.EntryLog;
import io.flotilla.raft.LogEntry;
import io.flotilla.raft.Role;
import java.util.Map;
import java.util.TreeMap;

/**
 * Leader Completeness: if a log entry is committed in a given term, then that entry will be present in the logs of the leaders for
 * all higher-numbered terms (§5.4).
 */
final class LeaderCompleteness implements Law {
  private record Committed(long entryTerm, long committedInTerm) {}

  private final Map<Long, Committed> committed = new TreeMap<>();

  @Override
  public void stepped(Stepped stepped) {
    for (long index = stepped.before().commitIndex() + 1; index <= stepped.after().commitIndex(); index++) {
      if (index > stepped.after().log().baseIndex()) {
        LogEntry entry = stepped.after().log().entry(index);
        committed.putIfAbsent(index, new Committed(entry.term(), stepped.after().currentTerm()));
      }
    }
    boolean elected = stepped.after().role() instanceof Role.Leader && !(stepped.before().role() instanceof Role.Leader);
    if (elected) {
      checkHolds(stepped);
    }
  }

  private void checkHolds(Stepped stepped) {
    EntryLog log = stepped.after().log();
    committed.forEach((index, commit) -> {
      boolean binds = commit.committedInTerm < stepped.after().currentTerm() && index > log.baseIndex();
      Law.require(!binds || log.matches(index, commit.entryTerm),
          "Leader Completeness: %s leads in term %d without entry %d of term %d, committed in term %d; its log: %s",
          stepped.peer(), stepped.after().currentTerm(), index, commit.entryTerm, commit.committedInTerm, log);
    });
  }
}
