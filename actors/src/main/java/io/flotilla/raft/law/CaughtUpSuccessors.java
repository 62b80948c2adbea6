package io.flotilla.raft.law;

import io.flotilla.raft.Effect;
import io.flotilla.raft.EntryLog;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.Progress;
import io.flotilla.raft.RaftMessage;
import io.flotilla.raft.Role;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A leader that hands over "stops accepting new client requests", so that its successor can catch up, and tells only a voter whose log is
 * as long as its own to take over: any other would be refused, or lose time (thesis §3.10). A leader that is deposed and does not know goes
 * by what the successor had; who has moved on to a later term ignores it. Once the leader knows that its successor has caught up it lets it
 * wait no longer, for meanwhile the group takes no commands.
 */
public final class CaughtUpSuccessors implements Law {
  private final Map<PeerId, Durable> disks = new HashMap<>();

  @Override
  public void stepped(Stepped stepped) {
    disks.put(stepped.peer(), stepped.durable());
    boolean handsOver = stepped.before().role() instanceof Role.Leader leader && leader.transfer().isPresent();
    checkTold(stepped);
    for (Effect effect : stepped.step().effects()) {
      Law.require(!(handsOver && effect instanceof Effect.Accepted), "Caught-up successors: %s hands over and takes commands, by %s",
          stepped.peer(), effect);
      if (effect instanceof Effect.Send(var successor, RaftMessage.TimeoutNow _)) {
        EntryLog own = stepped.after().log();
        Durable disk = disks.get(successor);
        boolean caughtUp = disk != null && (disk.log().matches(own.lastIndex(), Law.lastTermOf(own))
            || disk.currentTerm() > stepped.after().currentTerm());
        Law.require(caughtUp && stepped.after().log().membership().isVoter(successor),
            "Caught-up successors: %s, with %s, hands over to %s, with %s", stepped.peer(), own, successor, disk);
      }
    }
  }

  private static void checkTold(Stepped stepped) {
    if (stepped.after().role() instanceof Role.Leader leader) {
      Optional<Progress> untold = leader.transfer().filter(transfer -> !transfer.told())
          .map(transfer -> leader.followers().get(transfer.target()));
      Law.require(untold.filter(progress -> progress.matchIndex() == stepped.after().log().lastIndex()).isEmpty(),
          "Caught-up successors: %s does not tell its successor, who has caught up: %s", stepped.peer(), untold);
    }
  }
}
