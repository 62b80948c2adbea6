package io.flotilla.raft.law;

import io.flotilla.raft.Effect;
import io.flotilla.raft.EntryLog;
import io.flotilla.raft.Input;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.RaftMessage;
import io.flotilla.raft.RaftState;
import io.flotilla.raft.Role;
import java.util.HashMap;
import java.util.Map;

/**
 * {@code matchIndex} is "known to be replicated" (Figure 2): a follower acknowledges only what its leader's messages proved, and where
 * its log is its leader's; and the leader takes nothing for acknowledged that was not.
 */
public final class TruthfulAnswers implements Law {
  private record Follower(PeerId leader, long term, PeerId follower) {}

  private record Proven(long term, long index) {}

  private final Map<PeerId, Proven> proven = new HashMap<>();
  private final Map<PeerId, RaftState> leaders = new HashMap<>();
  private final Map<Follower, Long> acknowledged = new HashMap<>();

  @Override
  public void stepped(Stepped stepped) {
    long provenIndex = prove(stepped);
    for (Effect effect : stepped.step().effects()) {
      if (effect instanceof Effect.Send(var leader, RaftMessage.AppendAccepted accepted)) {
        Law.require(accepted.matchIndex() <= provenIndex, "Truthful answers: %s acknowledges %s, but no more than %d is proven",
            stepped.peer(), accepted, provenIndex);
        checkAgrees(stepped, leaders.get(leader), accepted);
        acknowledged.merge(new Follower(leader, accepted.term(), stepped.peer()), accepted.matchIndex(), Math::max);
      }
    }
    if (stepped.after().role() instanceof Role.Leader leader) {
      leaders.put(stepped.peer(), stepped.after());
      leader.followers().forEach((follower, progress) -> {
        long told = acknowledged.getOrDefault(new Follower(stepped.peer(), stepped.after().currentTerm(), follower), 0L);
        Law.require(progress.matchIndex() <= told, "Truthful answers: %s takes %s to match up to %d, but it told up to %d",
            stepped.peer(), follower, progress.matchIndex(), told);
      });
    }
  }

  /** How far the log is known to be that of the leader of this term. */
  private long prove(Stepped stepped) {
    long term = stepped.after().currentTerm();
    long index = 0;
    if (stepped.received().isPresent() && stepped.received().get().term() == term) {
      index = switch (stepped.received().get()) {
        case RaftMessage.AppendEntries append when !refuses(stepped) -> append.prevLogIndex() + append.entries().size();
        case RaftMessage.InstallSnapshot chunk -> Math.min(chunk.lastIncludedIndex(), stepped.before().commitIndex());
        default -> 0;
      };
    } else if (stepped.input().isPresent() && stepped.input().get() instanceof Input.SnapshotInstalled installed) {
      index = installed.lastIncludedIndex();
    }
    Proven latest = new Proven(term, index);
    return proven.merge(stepped.peer(), latest, (one, other) -> one.term == other.term && one.index > other.index ? one : other).index;
  }

  private static boolean refuses(Stepped stepped) {
    return stepped.hasEffect(effect -> effect instanceof Effect.Send(var _, RaftMessage.AppendRefused _));
  }

  private static void checkAgrees(Stepped stepped, RaftState leader, RaftMessage.AppendAccepted accepted) {
    if (leader == null || leader.currentTerm() != accepted.term()) {
      return;   // nobody will take it for true any more
    }
    EntryLog theirs = leader.log();
    EntryLog own = stepped.after().log();
    long index = accepted.matchIndex();
    boolean compacted = index < theirs.baseIndex() || index < own.baseIndex();   // committed, so equal
    Law.require(compacted || (own.covers(index) && theirs.matches(index, own.termAt(index))),
        "Truthful answers: %s, with %s, acknowledges %s, but its leader has %s", stepped.peer(), own, accepted, theirs);
  }
}
