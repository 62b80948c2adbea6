package io.flotilla.raft.law;

import io.flotilla.raft.Effect;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.RaftMessage;
import io.flotilla.raft.RaftState;
import io.flotilla.raft.Role;
import java.util.Optional;

/**
 * "If RPC request or response contains term T > currentTerm: set currentTerm = T, convert to follower" (Figure 2, §5.1), and what is of
 * a term that has passed changes nothing, but who asked is told of the term of now. Otherwise a term begins with a candidate alone, who
 * votes for itself. The questions of PreVote name a term that nobody is in yet, so they settle none (thesis §9.6).
 */
public final class SettledTerms implements Law {
  @Override
  public void stepped(Stepped stepped) {
    Optional<RaftMessage> received = stepped.received();
    RaftState before = stepped.before();
    RaftState after = stepped.after();
    if (received.isPresent() && isOfItsSendersTerm(received.get())) {
      checkSettled(stepped, received.get());
    }
    boolean told = received.filter(SettledTerms::isOfItsSendersTerm).filter(message -> message.term() == after.currentTerm()).isPresent();
    if (after.currentTerm() > before.currentTerm() && told) {
      boolean free = after.votedFor().isEmpty()
          || (received.get() instanceof RaftMessage.RequestVote request && after.votedFor().get().equals(request.candidateId()));
      Law.require(free, "Settled terms: %s takes its vote for %s along into term %d", stepped.peer(), after.votedFor(), after.currentTerm());
    }
    if (after.currentTerm() > before.currentTerm() && !told) {
      long known = received.filter(message -> message instanceof RaftMessage.TimeoutNow)
          .map(message -> Math.max(message.term(), before.currentTerm())).orElse(before.currentTerm());
      boolean campaigns = after.currentTerm() == known + 1 && after.votedFor().equals(Optional.of(stepped.peer()));
      Law.require(campaigns, "Settled terms: %s goes from term %d to %d by %s", stepped.peer(), before.currentTerm(), after.currentTerm(),
          stepped.input());
    }
  }

  private static boolean isOfItsSendersTerm(RaftMessage message) {
    return !(message instanceof RaftMessage.PreVote || message instanceof RaftMessage.PreVoteGranted);
  }

  private static void checkSettled(Stepped stepped, RaftMessage message) {
    RaftState before = stepped.before();
    RaftState after = stepped.after();
    PeerId peer = stepped.peer();
    if (message.term() > before.currentTerm()) {
      boolean letAlone = message instanceof RaftMessage.RequestVote request && !request.leadershipTransfer()
          && isUnchanged(before, after);   // LeaderStickiness says when
      Law.require(letAlone || after.currentTerm() >= message.term(), "Settled terms: %s stays in term %d, having received %s", peer,
          after.currentTerm(), message);
      Law.require(letAlone || !(after.role() instanceof Role.Leader), "Settled terms: %s leads on, having received %s", peer, message);
    } else if (message.term() < before.currentTerm()) {
      Law.require(isUnchanged(before, after), "Settled terms: %s, in term %d, is changed by %s", peer, before.currentTerm(), message);
      Law.require(!asks(message) || isTold(stepped, message.from()), "Settled terms: %s does not say that it is in term %d to %s", peer,
          after.currentTerm(), message);
    }
  }

  private static boolean asks(RaftMessage message) {
    return message instanceof RaftMessage.AppendEntries || message instanceof RaftMessage.InstallSnapshot
        || message instanceof RaftMessage.RequestVote;
  }

  private static boolean isTold(Stepped stepped, PeerId asker) {
    return stepped.hasEffect(effect -> effect instanceof Effect.Send(var to, var answer) && to.equals(asker)
        && isOfItsSendersTerm(answer) && answer.term() == stepped.after().currentTerm());
  }

  private static boolean isUnchanged(RaftState before, RaftState after) {
    return after.currentTerm() == before.currentTerm() && after.votedFor().equals(before.votedFor()) && after.log() == before.log()
        && after.commitIndex() == before.commitIndex() && after.role().equals(before.role());
  }
}
