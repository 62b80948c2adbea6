package io.flotilla.raft.law;

import io.flotilla.raft.Effect;
import io.flotilla.raft.RaftMessage;
import io.flotilla.raft.Role;

/**
 * A heartbeat of the current term is answered in the step that it makes, with the round that it bears, whatever is being written
 * meanwhile: a leader counts on that for its reads (§8) and for its quorum (thesis §6.2). So is an append of what is durable already.
 */
public final class PromptAnswers implements Law {
  @Override
  public void stepped(Stepped stepped) {
    if (stepped.received().isPresent() && stepped.received().get() instanceof RaftMessage.AppendEntries append
        && append.term() == stepped.after().currentTerm() && stepped.after().role() instanceof Role.Follower) {
      long durableIndex = stepped.after().writes().durableIndex();
      boolean due = append.entries().isEmpty() || append.prevLogIndex() + append.entries().size() <= durableIndex;
      Law.require(!due || stepped.hasEffect(effect -> answers(effect, append)),
          "Prompt answers: %s, whose log is durable up to %d, does not answer %s", stepped.peer(), durableIndex, append);
    }
  }

  private static boolean answers(Effect effect, RaftMessage.AppendEntries append) {
    return effect instanceof Effect.Send(var to, var message) && to.equals(append.leaderId()) && switch (message) {
      case RaftMessage.AppendAccepted accepted -> accepted.round() == append.round();
      case RaftMessage.AppendRefused refused -> refused.round() == append.round();
      default -> false;
    };
  }
}
