package io.flotilla.raft.law;

import io.flotilla.raft.Effect;
import io.flotilla.raft.Input;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.Progress;
import io.flotilla.raft.RaftMessage;
import io.flotilla.raft.RaftState;
import io.flotilla.raft.Role;

/**
 * What comes while the leader writes travels together, as it is written (thesis §10.2.2): a follower that has an append to answer is not
 * sent another for each proposal, or for each answer. Nor does it wait for longer: where the logs are known to meet, nothing is held back
 * from a follower that has answered all, nor from any while the leader writes nothing, but for the bound of what may be under way.
 */
public final class PacedAppends implements Law {
  @Override
  public void stepped(Stepped stepped) {
    if (!(stepped.after().role() instanceof Role.Leader leader)) {
      return;
    }
    boolean proposed = stepped.input().isPresent() && stepped.input().get() instanceof Input.Propose;
    boolean accepted = stepped.received().isPresent() && stepped.received().get() instanceof RaftMessage.AppendAccepted;
    leader.followers().forEach((follower, progress) -> {
      if ((proposed || accepted) && isWriting(stepped.before())) {
        checkHeldBack(stepped, follower, progress);
      }
      checkSent(stepped.peer(), stepped.after(), follower, progress);
    });
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

  private static void checkSent(PeerId leader, RaftState state, PeerId follower, Progress progress) {
    boolean mayWait = !(progress.mode() instanceof Progress.Mode.Replicating(var underWay))
        || underWay.size() >= state.settings().maxInFlightAppends()
        || (!underWay.isEmpty() && isWriting(state));
    Law.require(mayWait || progress.nextIndex() > state.log().lastIndex(), "Paced appends: %s keeps what is after %d from %s, %s",
        leader, progress.nextIndex() - 1, follower, progress);
  }

  private static boolean isWriting(RaftState state) {
    return !state.writes().pending().isEmpty();
  }
}
