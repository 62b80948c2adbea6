package io.flotilla.raft.law;

import io.flotilla.raft.EntryLog;
import io.flotilla.raft.LogEntry;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** What a client was told is applied is committed at its index, on whoever gets there. */
public final class AcknowledgedWritesSurvive implements Law {
  private final Map<Long, byte[]> acknowledged = new HashMap<>();

  @Override
  public void acknowledged(long index, byte[] command) {
    acknowledged.put(index, command);
  }

  @Override
  public void stepped(Stepped stepped) {
    EntryLog log = stepped.after().log();
    for (long index = Math.max(stepped.before().commitIndex(), log.baseIndex()) + 1; index <= stepped.after().commitIndex(); index++) {
      byte[] promised = acknowledged.get(index);
      boolean kept = promised == null
          || (log.entry(index) instanceof LogEntry.Command command && Arrays.equals(command.payload(), promised));
      Law.require(kept, "Acknowledged writes survive: one was acknowledged at index %d, %s has %s", index, stepped.peer(),
          log.entry(index));
    }
  }
}
