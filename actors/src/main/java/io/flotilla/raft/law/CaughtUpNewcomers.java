package io.flotilla.raft.law;

import io.flotilla.raft.LogEntry;
import io.flotilla.raft.Membership;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.Role;
import java.util.HashMap;
import java.util.Map;

/**
 * Who is to vote has first "caught up with the rest of the cluster" as a learner (§6), up to one message's worth: else the group might
 * commit nothing until it has (thesis §4.2.1).
 */
public final class CaughtUpNewcomers implements Law {
  private final Map<PeerId, Durable> disks = new HashMap<>();

  @Override
  public void stepped(Stepped stepped) {
    disks.put(stepped.peer(), stepped.durable());
    long first = stepped.before().log().lastIndex() + 1;
    if (!(stepped.after().role() instanceof Role.Leader)) {
      return;
    }
    for (long index = first; index <= stepped.after().log().lastIndex(); index++) {
      if (stepped.after().log().entry(index) instanceof LogEntry.Reconfiguration change) {
        check(stepped, change.membership());
      }
    }
  }

  private void check(Stepped stepped, Membership next) {
    long near = stepped.before().commitIndex() - stepped.before().settings().maxAppendEntries();
    for (PeerId newcomer : next.voters()) {
      boolean caughtUp = stepped.before().membership().isVoter(newcomer)
          || (disks.containsKey(newcomer) && disks.get(newcomer).log().lastIndex() >= near);
      Law.require(caughtUp, "Caught-up newcomers: %s, having committed up to %d, lets %s vote, with %s", stepped.peer(),
          stepped.before().commitIndex(), newcomer, disks.get(newcomer));
    }
  }
}
