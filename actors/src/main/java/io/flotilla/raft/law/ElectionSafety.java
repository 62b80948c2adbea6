package io.flotilla.raft.law;

import io.flotilla.raft.PeerId;
import io.flotilla.raft.Role;
import java.util.HashMap;
import java.util.Map;

/**
 * Election Safety: at most one leader can be elected in a given term (§5.2). So whom a server takes for its leader leads in that very term:
 * it sends clients there.
 */
public final class ElectionSafety implements Law {
  private final Map<Long, PeerId> leaders = new HashMap<>();

  @Override
  public void stepped(Stepped stepped) {
    if (stepped.after().role() instanceof Role.Leader) {
      PeerId leader = leaders.computeIfAbsent(stepped.after().currentTerm(), _ -> stepped.peer());
      Law.require(leader.equals(stepped.peer()), "Election Safety: %s and %s both lead in term %d", leader, stepped.peer(),
          stepped.after().currentTerm());
    }
    stepped.after().leaderId().ifPresent(known -> Law.require(known.equals(leaders.get(stepped.after().currentTerm())),
        "Election Safety: %s takes %s for the leader of term %d", stepped.peer(), known, stepped.after().currentTerm()));
  }
}
