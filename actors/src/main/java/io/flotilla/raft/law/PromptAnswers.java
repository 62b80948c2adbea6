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
        && append.term() == stepped.after().currentTerm() && stepped.after().role() instanceof Role.Follower
        && append.prevLogIndex() + append.entries().size() <= lastDurable(stepped, append)) {
      Law.require(stepped.hasEffect(effect -> answers(effect, append)), "Prompt answers: %s does not answer %s, though %d is durable",
          stepped.peer(), append, stepped.before().writes().durableIndex());
    }
  }

  private static long lastDurable(Stepped stepped, RaftMessage.AppendEntries append) {
    return append.entries().isEmpty() ? Long.MAX_VALUE : stepped.after().writes().durableIndex();
  }

  private static boolean answers(Effect effect, RaftMessage.AppendEntries append) {
    return effect instanceof Effect.Send(var to, var message) && to.equals(append.leaderId()) && switch (message) {
      case RaftMessage.AppendAccepted accepted -> accepted.round() == append.round();
      case RaftMessage.AppendRefused refused -> refused.round() == append.round();
      default -> false;
    };
  }
}
