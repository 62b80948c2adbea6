package io.flotilla.raft.law;

import io.flotilla.raft.Effect;
import io.flotilla.raft.Input;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.Progress;
import io.flotilla.raft.RaftMessage;
import io.flotilla.raft.Role;

/**
 * What comes while the leader writes travels together, as it is written (thesis §10.2.2): a follower that has an append to answer is not
 * sent another for each proposal, or for each answer.
 */
public final class PacedAppends implements Law {
  @Override
  public void stepped(Stepped stepped) {
    boolean proposed = stepped.input().isPresent() && stepped.input().get() instanceof Input.Propose;
    boolean accepted = stepped.received().isPresent() && stepped.received().get() instanceof RaftMessage.AppendAccepted;
    boolean writing = !stepped.before().writes().pending().isEmpty();
    if (stepped.after().role() instanceof Role.Leader leader && (proposed || accepted) && writing) {
      leader.followers().forEach((follower, progress) -> checkHeldBack(stepped, follower, progress));
    }
  }

  private static void checkHeldBack(Stepped stepped, PeerId follower, Progress progress) {
    int sentNow = 0;
    for (Effect effect : stepped.step().effects()) {
      if (effect instanceof Effect.Send(var to, RaftMessage.AppendEntries append) && to.equals(follower) && !append.entries().isEmpty()) {
        sentNow++;
      }
    }
    Law.require(sentNow == 0 || !(progress.mode() instanceof Progress.Mode.Replicating(var underWay)) || underWay.size() <= sentNow,
        "Paced appends: %s is writing, and sends %s more than it has to answer already: %s", stepped.peer(), follower, progress);
  }
}
