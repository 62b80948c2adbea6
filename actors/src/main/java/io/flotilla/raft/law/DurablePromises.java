package io.flotilla.raft.law;

import io.flotilla.raft.Effect;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.RaftMessage;
import io.flotilla.raft.RaftState;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Figure 2, persistent state: "updated on stable storage before responding to RPCs", and before asking for votes. Who comes back after a
 * crash still knows whom it voted for.
 */
public final class DurablePromises implements Law {
  private record Vote(long term, PeerId candidate) {}

  private final Map<PeerId, Vote> votes = new HashMap<>();

  @Override
  public void started(PeerId peer, RaftState restored) {
    Vote vote = votes.getOrDefault(peer, new Vote(0, peer));
    boolean kept = restored.currentTerm() > vote.term
        || (restored.currentTerm() == vote.term && (vote.term == 0 || restored.votedFor().equals(Optional.of(vote.candidate))));
    Law.require(kept, "Durable promises: %s voted for %s in term %d, but came back in term %d, having voted for %s", peer, vote.candidate,
        vote.term, restored.currentTerm(), restored.votedFor());
  }

  @Override
  public void stepped(Stepped stepped) {
    for (Effect effect : stepped.step().effects()) {
      if (effect instanceof Effect.Send send) {
        check(stepped, send);
        if (send.message() instanceof RaftMessage.VoteGranted granted) {
          votes.put(stepped.peer(), new Vote(granted.term(), send.to()));
        }
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
