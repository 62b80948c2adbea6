package io.flotilla.raft.law;

import io.flotilla.raft.Effect;
import io.flotilla.raft.Input;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.Progress;
import io.flotilla.raft.RaftMessage;
import io.flotilla.raft.RaftState;
import io.flotilla.raft.Role;

/**
 * Proposals that come while the leader writes travel together, as they are written (thesis §10.2.2): a follower that has an append to answer
 * is not sent another with each of them. Nor does it wait for longer: where the logs are known to meet, nothing is held back from a
 * follower that has answered all, nor from any while the leader writes nothing, but for the bound of what may be under way.
 */
public final class PacedAppends implements Law {
  @Override
  public void stepped(Stepped stepped) {
    if (!(stepped.after().role() instanceof Role.Leader leader)) {
      return;
    }
    if (stepped.input().isPresent() && stepped.input().get() instanceof Input.Propose && isWriting(stepped.before())
        && stepped.before().role() instanceof Role.Leader before) {
      checkHeldBack(stepped, before);
    }
    leader.followers().forEach((follower, progress) -> checkSent(stepped.peer(), stepped.after(), follower, progress));
  }

  private static void checkHeldBack(Stepped proposed, Role.Leader before) {
    for (Effect effect : proposed.step().effects()) {
      boolean tooEarly = effect instanceof Effect.Send(var follower, RaftMessage.AppendEntries _)
          && before.followers().get(follower).mode() instanceof Progress.Mode.Replicating(var underWay) && !underWay.isEmpty();
      Law.require(!tooEarly, "Paced appends: %s is writing, and does not wait for an answer to what it sent: %s", proposed.peer(), effect);
    }
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
