package io.flotilla.raft.law;

import io.flotilla.raft.Effect;
import io.flotilla.raft.Membership;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.RaftMessage;
import io.flotilla.raft.RaftState;
import io.flotilla.raft.Role;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * "A candidate wins an election if it receives votes from a majority of the servers in the full cluster for the same term" (§5.2, §6):
 * nobody leads without them, and who has them leads, also if the last of them comes when it asks for pre-votes for the term after that.
 */
public final class ElectedByMajority implements Law {
  private record Vote(PeerId voter, PeerId candidate, long term) {}

  private final Set<Vote> votes = new HashSet<>();
  /** By candidate, as long as it does not follow: who voted for it, as far as it knows. */
  private final Map<PeerId, Set<PeerId>> received = new HashMap<>();

  @Override
  public void started(PeerId peer, RaftState restored) {
    received.remove(peer);
  }

  @Override
  public void stepped(Stepped stepped) {
    for (Effect effect : stepped.step().effects()) {
      if (effect instanceof Effect.Send(var candidate, RaftMessage.VoteGranted(var term, var voter))) {
        votes.add(new Vote(voter, candidate, term));
      }
    }
    if (stepped.becomesLeader()) {
      Membership membership = stepped.before().log().membership();
      long term = stepped.after().currentTerm();
      Law.require(Law.isMajority(membership, voter -> hasVoted(voter, stepped.peer(), term)),
          "Elected by majority: %s leads in term %d, but of %s it has the votes of %s", stepped.peer(), term,
          membership, membership.members().stream().filter(voter -> hasVoted(voter, stepped.peer(), term)).toList());
    }
    checkElected(stepped);
  }

  private void checkElected(Stepped stepped) {
    PeerId peer = stepped.peer();
    RaftState after = stepped.after();
    boolean campaigns = after.currentTerm() > stepped.before().currentTerm() && after.votedFor().equals(Optional.of(peer));
    if (campaigns) {
      received.put(peer, new HashSet<>(Set.of(peer)));   // its own vote: it asks nobody before that is durable
    } else if (after.role() instanceof Role.Follower) {
      received.remove(peer);
    }
    Set<PeerId> own = received.get(peer);
    if (own != null && stepped.received().isPresent() && stepped.received().get() instanceof RaftMessage.VoteGranted(var term, var voter)
        && term == after.currentTerm()) {
      own.add(voter);
      Membership membership = stepped.before().log().membership();
      Law.require(after.role() instanceof Role.Leader || !Law.isMajority(membership, own::contains),
          "Elected by majority: %s is %s in term %d, though of %s it was sent the votes of %s", peer, after.role().label(), term,
          membership, own);
    }
  }

  private boolean hasVoted(PeerId voter, PeerId candidate, long term) {
    return voter.equals(candidate) || votes.contains(new Vote(voter, candidate, term));   // a candidate votes for itself
  }
}
