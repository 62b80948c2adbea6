package io.flotilla.raft.law;

import io.flotilla.raft.PeerId;
import io.flotilla.raft.Role;
import java.util.HashMap;
import java.util.Map;

/** Election Safety: at most one leader can be elected in a given term (§5.2). */
public final class ElectionSafety implements Law {
  private final Map<Long, PeerId> leaders = new HashMap<>();

  @Override
  public void stepped(Stepped stepped) {
    if (stepped.after().role() instanceof Role.Leader) {
      PeerId leader = leaders.computeIfAbsent(stepped.after().currentTerm(), _ -> stepped.peer());
      Law.require(leader.equals(stepped.peer()), "Election Safety: %s and %s both lead in term %d", leader, stepped.peer(),
          stepped.after().currentTerm());
    }
  }
}
