package io.flotilla.raft.law;

import io.flotilla.raft.Input;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.RaftState;
import io.flotilla.raft.Role;
import io.flotilla.raft.Timer;
import java.util.HashMap;
import java.util.Map;

/**
 * "A leader steps down if an election timeout elapses without a successful round of heartbeats to a majority" (thesis §6.2), and only
 * then: the majority that it has, itself included, is enough to lead.
 */
public final class CheckQuorum implements Law {
  private record Term(PeerId leader, long term) {}

  private final Map<Term, Map<PeerId, Long>> heardNanos = new HashMap<>();

  @Override
  public void stepped(Stepped stepped) {
    checkSteppedDown(stepped);
    RaftState after = stepped.after();
    if (!(after.role() instanceof Role.Leader leader)) {
      return;
    }
    Map<PeerId, Long> heard = heardNanos.computeIfAbsent(new Term(stepped.peer(), after.currentTerm()), _ -> new HashMap<>());
    leader.followers().keySet().forEach(follower -> heard.putIfAbsent(follower, stepped.nowNanos()));   // they have as long from here on
    stepped.answered().filter(message -> message.term() == after.currentTerm())
        .ifPresent(message -> heard.put(message.from(), stepped.nowNanos()));
    if (isTime(stepped)) {
      Law.require(hasHeard(stepped, heard), "Check quorum: %s leads on in term %d without a majority of %s", stepped.peer(),
          after.currentTerm(), stepped.before().log().membership());
    }
  }

  private void checkSteppedDown(Stepped stepped) {
    RaftState before = stepped.before();
    Map<PeerId, Long> heard = heardNanos.get(new Term(stepped.peer(), before.currentTerm()));
    if (heard != null && isTime(stepped) && before.role() instanceof Role.Leader && !(stepped.after().role() instanceof Role.Leader)) {
      Law.require(!hasHeard(stepped, heard), "Check quorum: %s gives up term %d, though a majority of %s answers", stepped.peer(),
          before.currentTerm(), before.log().membership());
    }
  }

  private static boolean isTime(Stepped stepped) {
    return stepped.input().isPresent() && stepped.input().get() instanceof Input.TimerFired(var timer) && timer == Timer.CHECK_QUORUM;
  }

  private static boolean hasHeard(Stepped stepped, Map<PeerId, Long> heard) {
    long limit = stepped.after().settings().electionTimeoutMax().toNanos();
    return Law.isMajority(stepped.before().log().membership(), voter -> voter.equals(stepped.peer())
        || (heard.containsKey(voter) && stepped.nowNanos() - heard.get(voter) <= limit));
  }
}
