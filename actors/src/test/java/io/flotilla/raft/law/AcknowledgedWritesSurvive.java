package io.flotilla.raft.law;

import io.flotilla.raft.EntryLog;
import io.flotilla.raft.LogEntry;
import java.util.HashMap;
import java.util.Map;

/** What a client was told is applied is committed at its index, on whoever gets there. */
final class AcknowledgedWritesSurvive implements Law {
  private final Map<Long, LogEntry.Command> acknowledged = new HashMap<>();

  @Override
  public void acknowledged(LogEntry.Command command) {
    acknowledged.put(command.index(), command);
  }

  @Override
  public void stepped(Stepped stepped) {
    EntryLog log = stepped.after().log();
    for (long index = Math.max(stepped.before().commitIndex(), log.baseIndex()) + 1; index <= stepped.after().commitIndex(); index++) {
      LogEntry.Command promised = acknowledged.get(index);
      Law.require(promised == null || promised.equals(log.entry(index)), "Acknowledged writes survive: %s was acknowledged, %s has %s",
          promised, stepped.peer(), log.entry(index));
    }
  }
}
