package io.flotilla.raft.law;

import io.flotilla.raft.Effect;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.RaftMessage;
import java.util.HashMap;
import java.util.Map;

/** A server votes for at most one candidate in a term, crashes or not (§5.2). */
public final class OneVotePerTerm implements Law {
  private record Ballot(PeerId voter, long term) {}

  private final Map<Ballot, PeerId> votes = new HashMap<>();

  @Override
  public void stepped(Stepped stepped) {
    for (Effect effect : stepped.step().effects()) {
      if (effect instanceof Effect.Send(var candidate, RaftMessage.VoteGranted(var term, var voter))) {
        PeerId first = votes.computeIfAbsent(new Ballot(voter, term), _ -> candidate);
        Law.require(first.equals(candidate), "One vote per term: %s voted for %s and %s in term %d", voter, first, candidate, term);
      }
    }
  }
}
