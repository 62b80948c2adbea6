package io.flotilla.raft.law;

import io.flotilla.raft.Effect;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.RaftMessage;
import io.flotilla.raft.RaftState;
import io.flotilla.raft.Role;
import java.util.HashMap;
import java.util.Map;

/**
 * "If a server receives a RequestVote within the minimum election timeout of hearing from a current leader, it does not update its term
 * or grant its vote" (§6, thesis §4.2.3), nor its pre-vote, unless that leader asked for the election (§3.10). Leases rest on it
 * (§6.4.1), so a server that has just started keeps to it as well: it may have heard a leader before.
 */
public final class LeaderStickiness implements Law {
  private final Map<PeerId, Long> heardNanos = new HashMap<>();
  private final Map<PeerId, Long> toldTerms = new HashMap<>();

  @Override
  public void stepped(Stepped stepped) {
    if (stepped.input().isEmpty()) {
      toldTerms.remove(stepped.peer());
      heardNanos.put(stepped.peer(), stepped.nowNanos());
    }
    stepped.received().ifPresent(message -> {
      checkKept(stepped, message);
      note(stepped, message);
    });
    for (Effect effect : stepped.step().effects()) {
      if (effect instanceof Effect.Send(var _, RaftMessage.RequestVote request)) {
        boolean told = toldTerms.getOrDefault(stepped.peer(), 0L) == request.term();
        Law.require(request.leadershipTransfer() == told, "Leader stickiness: %s says that its leader %s it to campaign in term %d",
            stepped.peer(), told ? "did not tell" : "told", request.term());
      }
    }
  }

  private void note(Stepped stepped, RaftMessage message) {
    boolean ofItsTerm = message.term() == stepped.after().currentTerm();
    switch (message) {
      case RaftMessage.AppendEntries _, RaftMessage.InstallSnapshot _ when ofItsTerm ->
        heardNanos.put(stepped.peer(), stepped.nowNanos());
      case RaftMessage.TimeoutNow _ when stepped.before().role() instanceof Role.Follower
          && stepped.after().role() instanceof Role.Candidate -> {
        toldTerms.put(stepped.peer(), stepped.after().currentTerm());
        heardNanos.remove(stepped.peer());   // that leader has given up its lease, and expects no promise any more
      }
      default -> { }
    }
  }

  private void checkKept(Stepped stepped, RaftMessage message) {
    boolean wouldVote = stepped.hasEffect(effect -> effect instanceof Effect.Send(var _, RaftMessage.PreVoteGranted _));
    RaftState before = stepped.before();
    boolean heedsCandidate = message instanceof RaftMessage.RequestVote request && !request.leadershipTransfer()
        && request.term() > before.currentTerm() && stepped.after().currentTerm() > before.currentTerm();
    if (wouldVote || heedsCandidate) {
      Law.require(!hasLeader(stepped), "Leader stickiness: %s heeds %s, though it has a leader", stepped.peer(), message);
    }
  }

  private boolean hasLeader(Stepped stepped) {
    Long heard = heardNanos.get(stepped.peer());
    return stepped.before().role() instanceof Role.Leader
        || (heard != null && stepped.nowNanos() - heard < stepped.before().settings().electionTimeoutMin().toNanos());
  }
}
