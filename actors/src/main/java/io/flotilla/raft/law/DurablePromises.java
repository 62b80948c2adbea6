package io.flotilla.raft.law;

import io.flotilla.raft.Effect;
import io.flotilla.raft.RaftMessage;

/** Figure 2, persistent state: "updated on stable storage before responding to RPCs", and before asking for votes. */
public final class DurablePromises implements Law {
  @Override
  public void stepped(Stepped stepped) {
    for (Effect effect : stepped.step().effects()) {
      if (effect instanceof Effect.Send send) {
        check(stepped, send);
      }
    }
  }

  private static void check(Stepped stepped, Effect.Send send) {
    Durable durable = stepped.durable();
    boolean kept = switch (send.message()) {
      case RaftMessage.VoteGranted granted ->
        durable.currentTerm() == granted.term() && durable.votedFor().filter(send.to()::equals).isPresent();
      case RaftMessage.RequestVote request ->
        durable.currentTerm() == request.term() && durable.votedFor().filter(stepped.peer()::equals).isPresent();
      case RaftMessage.AppendAccepted accepted -> holds(stepped, accepted.matchIndex());
      default -> true;
    };
    Law.require(kept, "Durable promises: %s sent %s, but its disk holds %s", stepped.peer(), send, durable);
  }

  private static boolean holds(Stepped stepped, long matchIndex) {
    Durable durable = stepped.durable();
    if (matchIndex <= durable.log().baseIndex() || matchIndex < stepped.after().log().baseIndex()) {
      return matchIndex <= durable.log().lastIndex();
    }
    return durable.log().matches(matchIndex, stepped.after().log().termAt(matchIndex));
  }
}
