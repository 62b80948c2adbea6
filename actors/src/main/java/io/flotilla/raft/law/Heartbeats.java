package io.flotilla.raft.law;

import io.flotilla.raft.Effect;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.RaftMessage;
import io.flotilla.raft.Role;
import io.flotilla.raft.Timer;

/**
 * "Upon election: send initial empty AppendEntries RPCs (heartbeat) to each server; repeat during idle periods to prevent election
 * timeouts" (Figure 2). Here the first ones bear the term's no-op.
 */
public final class Heartbeats implements Law {
  @Override
  public void stepped(Stepped stepped) {
    if ((stepped.becomesLeader() || stepped.fired(Timer.HEARTBEAT)) && stepped.after().role() instanceof Role.Leader leader) {
      for (PeerId follower : leader.followers().keySet()) {
        Law.require(stepped.hasEffect(effect -> effect instanceof Effect.Send(var to, RaftMessage.AppendEntries _) && to.equals(follower)),
            "Heartbeats: %s, which leads in term %d, sends %s nothing", stepped.peer(), stepped.after().currentTerm(), follower);
      }
    }
  }
}
