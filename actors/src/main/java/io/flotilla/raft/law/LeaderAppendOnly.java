package io.flotilla.raft.law;

import io.flotilla.raft.EntryLog;
import io.flotilla.raft.Role;

/** Leader Append-Only: a leader never overwrites or deletes entries in its log (§5.3). */
public final class LeaderAppendOnly implements Law {
  @Override
  public void stepped(Stepped stepped) {
    if (!(stepped.before().role() instanceof Role.Leader) || !(stepped.after().role() instanceof Role.Leader)) {
      return;
    }
    EntryLog before = stepped.before().log();
    EntryLog after = stepped.after().log();
    Law.require(after.lastIndex() >= before.lastIndex(), "Leader Append-Only: %s cut its log from %s to %s", stepped.peer(), before,
        after);
    long last = before.lastIndex();
    boolean same = last <= after.baseIndex() || after.entry(last).equals(before.entry(last));   // Log Matching: so are those before it
    Law.require(same, "Leader Append-Only: %s replaced entry %d", stepped.peer(), last);
  }
}
