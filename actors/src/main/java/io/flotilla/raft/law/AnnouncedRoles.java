package io.flotilla.raft.law;

import io.flotilla.raft.Effect;
import io.flotilla.raft.RaftState;

/** Each change of role, term or leader is announced, so that those who wait at a replica that leads no more are told; nothing else is. */
public final class AnnouncedRoles implements Law {
  @Override
  public void stepped(Stepped stepped) {
    RaftState before = stepped.before();
    RaftState after = stepped.after();
    boolean same = before.role().label().equals(after.role().label()) && before.currentTerm() == after.currentTerm()
        && before.leaderId().equals(after.leaderId());
    boolean told = false;
    for (Effect effect : stepped.step().effects()) {
      if (effect instanceof Effect.RoleChanged changed) {
        Law.require(!same && changed.role().equals(after.role()) && changed.term() == after.currentTerm()
            && changed.leaderId().equals(after.leaderId()), "Announced roles: %s says %s, and is %s in term %d, led by %s", stepped.peer(),
            changed, after.role().label(), after.currentTerm(), after.leaderId());
        told = true;
      }
    }
    Law.require(same || told, "Announced roles: %s does not say that it is %s in term %d now, led by %s", stepped.peer(),
        after.role().label(), after.currentTerm(), after.leaderId());
  }
}
