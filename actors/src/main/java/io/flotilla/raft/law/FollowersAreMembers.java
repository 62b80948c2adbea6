package io.flotilla.raft.law;

import io.flotilla.raft.PeerId;
import io.flotilla.raft.RaftState;
import io.flotilla.raft.Role;
import java.util.SortedSet;

/**
 * A leader replicates "to all servers in both configurations", and once C_new is in its log to those of C_new alone (§6): whoever is in
 * the latest membership of its log, learners included, and nobody else.
 */
public final class FollowersAreMembers implements Law {
  @Override
  public void stepped(Stepped stepped) {
    RaftState before = stepped.before();
    RaftState after = stepped.after();
    boolean mayChange = stepped.becomesLeader() || !before.log().membership().equals(after.log().membership());
    if (after.role() instanceof Role.Leader leader && mayChange) {
      SortedSet<PeerId> members = after.log().membership().members();
      boolean _ = members.remove(stepped.peer());
      Law.require(leader.followers().keySet().equals(members), "Followers are members: %s sends to %s, but its log says %s",
          stepped.peer(), leader.followers().keySet(), after.log().membership());
    }
  }
}
