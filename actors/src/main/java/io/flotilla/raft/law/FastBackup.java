package io.flotilla.raft.law;

import io.flotilla.raft.Effect;
import io.flotilla.raft.EntryLog;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.Progress;
import io.flotilla.raft.RaftMessage;
import io.flotilla.raft.Role;
import java.util.HashMap;
import java.util.Map;

/**
 * A refused append makes the leader go back by a whole term of conflicting entries, but never past where the logs meet (§5.3, end): less
 * and they meet too late, or never; more and entries travel that are there. For that the follower tells "the term of the conflicting entry
 * and the first index it stores for that term", or where its log ends.
 */
public final class FastBackup implements Law {
  private record Refusal(PeerId leader, RaftMessage.AppendRefused message) {}

  private final Map<Refusal, EntryLog> refused = new HashMap<>();

  @Override
  public void stepped(Stepped stepped) {
    for (Effect effect : stepped.step().effects()) {
      if (effect instanceof Effect.Send(var leader, RaftMessage.AppendRefused refusal)
          && stepped.received().filter(message -> message.term() == refusal.term()).isPresent()) {
        checkHint(stepped, refusal);
        EntryLog _ = refused.putIfAbsent(new Refusal(leader, refusal), stepped.after().log());
      }
    }
    if (stepped.received().isPresent() && stepped.received().get() instanceof RaftMessage.AppendRefused refusal
        && stepped.before().role() instanceof Role.Leader before && stepped.after().role() instanceof Role.Leader after) {
      Progress was = before.followers().get(refusal.followerId());
      Progress is = after.followers().get(refusal.followerId());
      EntryLog theirs = refused.get(new Refusal(stepped.peer(), refusal));
      boolean goesBack = was != null && is != null && is.nextIndex() != was.nextIndex() && is.nextIndex() > is.matchIndex() + 1;
      if (goesBack && theirs != null) {   // what was acknowledged since is known to match
        check(stepped, refusal, theirs, is.nextIndex() - 1);
      }
    }
  }

  private static void checkHint(Stepped stepped, RaftMessage.AppendRefused refusal) {
    EntryLog own = stepped.after().log();
    boolean covers = own.covers(refusal.prevLogIndex());
    long conflictTerm = covers ? own.termAt(refusal.prevLogIndex()) : 0;
    long first = refusal.conflictFirstIndex();
    boolean isFirst = covers
        ? first > own.baseIndex() && own.matches(first, conflictTerm)
            && (first - 1 == own.baseIndex() || own.termAt(first - 1) != conflictTerm)
        : first == own.lastIndex() + 1;
    Law.require(refusal.conflictTerm() == conflictTerm && isFirst, "Fast backup: %s, with %s, says %s", stepped.peer(), own, refusal);
  }

  private static void check(Stepped stepped, RaftMessage.AppendRefused refusal, EntryLog theirs, long prevLogIndex) {
    EntryLog own = stepped.after().log();
    Law.require(prevLogIndex < refusal.prevLogIndex(), "Fast backup: %s tries %d after %s", stepped.peer(), prevLogIndex, refusal);
    Law.require(prevLogIndex >= meetAt(own, theirs), "Fast backup: %s goes back to %d after %s, but the logs meet at %d", stepped.peer(),
        prevLogIndex, refusal, meetAt(own, theirs));
    Law.require(prevLogIndex <= theirs.lastIndex(), "Fast backup: %s tries %d after %s, past the end of %s", stepped.peer(), prevLogIndex,
        refusal, theirs);
    boolean skips = !own.covers(prevLogIndex) || !theirs.covers(prevLogIndex) || prevLogIndex == theirs.baseIndex()
        || theirs.termAt(prevLogIndex) != refusal.conflictTerm() || own.termAt(prevLogIndex) == refusal.conflictTerm();
    Law.require(skips, "Fast backup: %s tries %d after %s, which is of the same term there", stepped.peer(), prevLogIndex, refusal);
  }

  /** The last index at which both are known to be equal. */
  private static long meetAt(EntryLog one, EntryLog other) {
    long index = Math.min(one.lastIndex(), other.lastIndex());
    long base = Math.max(one.baseIndex(), other.baseIndex());
    while (index > base && one.termAt(index) != other.termAt(index)) {
      index--;
    }
    return one.covers(index) && other.covers(index) && one.termAt(index) == other.termAt(index) ? index : 0;
  }
}
