package io.flotilla.raft.law;

import io.flotilla.raft.EntryLog;
import io.flotilla.raft.RaftState;
import io.flotilla.raft.Role;
import java.util.TreeMap;

/**
 * Leader Completeness: if a log entry is committed in a given term, then that entry will be present in the logs of the leaders for
 * all higher-numbered terms (§5.4).
 */
public final class LeaderCompleteness implements Law {
  /** The last entry known to be committed in a term. By Log Matching whoever holds it holds all before it. */
  private record Committed(long index, long entryTerm) {}

  private final TreeMap<Long, Committed> lastCommitted = new TreeMap<>();

  @Override
  public void stepped(Stepped stepped) {
    RaftState after = stepped.after();
    if (after.commitIndex() > stepped.before().commitIndex() && after.commitIndex() > after.log().baseIndex()) {
      Committed last = new Committed(after.commitIndex(), after.log().termAt(after.commitIndex()));
      lastCommitted.merge(after.currentTerm(), last, (one, other) -> one.index > other.index ? one : other);
    }
    if (after.role() instanceof Role.Leader && !(stepped.before().role() instanceof Role.Leader)) {
      lastCommitted.headMap(after.currentTerm()).forEach((term, last) -> checkHolds(stepped, term, last));
    }
  }

  private static void checkHolds(Stepped stepped, long committedInTerm, Committed last) {
    EntryLog log = stepped.after().log();
    Law.require(last.index <= log.baseIndex() || log.matches(last.index, last.entryTerm),
        "Leader Completeness: %s leads in term %d without entry %d of term %d, committed in term %d; its log: %s",
        stepped.peer(), stepped.after().currentTerm(), last.index, last.entryTerm, committedInTerm, log);
  }
}
