package io.flotilla.raft.law;

import io.flotilla.raft.EntryLog;
import io.flotilla.raft.RaftMessage;
import io.flotilla.raft.RaftState;
import io.flotilla.raft.Role;
import java.util.HashMap;
import java.util.Map;

/**
 * Leaders alone commit; followers learn of it: "If leaderCommit > commitIndex, set commitIndex = min(leaderCommit, index of last new
 * entry)" (Figure 2, AppendEntries, step 5). What a follower takes for committed is what a leader has committed.
 */
public final class CommitmentByLeaders implements Law {
  private final Map<Long, Long> termsByIndex = new HashMap<>();

  @Override
  public void stepped(Stepped stepped) {
    RaftState before = stepped.before();
    RaftState after = stepped.after();
    if (after.commitIndex() == before.commitIndex()) {
      return;
    }
    if (stepped.received().isPresent() && stepped.received().get() instanceof RaftMessage.AppendEntries append) {
      long proven = Math.min(append.leaderCommit(), append.prevLogIndex() + append.entries().size());
      Law.require(after.commitIndex() <= proven, "Commitment by leaders: %s commits up to %d by %s, which proves no more than %d",
          stepped.peer(), after.commitIndex(), append, proven);
    }
    EntryLog log = after.log();
    for (long index = Math.max(before.commitIndex() + 1, log.baseIndex()); index <= after.commitIndex(); index++) {
      long term = log.termAt(index);
      if (before.role() instanceof Role.Leader || after.role() instanceof Role.Leader) {   // one that C_new leaves out commits it and goes
        termsByIndex.put(index, term);
      } else {
        Law.require(termsByIndex.getOrDefault(index, 0L) == term,
            "Commitment by leaders: %s takes entry %d of term %d for committed, but the one that a leader committed is of term %d",
            stepped.peer(), index, term, termsByIndex.getOrDefault(index, 0L));
      }
    }
  }
}
