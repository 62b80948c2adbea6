package io.flotilla.raft.law;

import io.flotilla.raft.LogEntry;
import io.flotilla.raft.Membership;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.RaftMessage;
import io.flotilla.raft.Role;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Who is to vote has first "caught up with the rest of the cluster" as a learner (§6), up to one message's worth, and its leader has heard
 * from it: else the group might commit nothing until it has, or ever (thesis §4.2.1).
 */
public final class CaughtUpNewcomers implements Law {
  /** Whom a server has heard in that term. */
  private record Heard(long term, Set<PeerId> peers) {}

  private final Map<PeerId, Heard> heard = new HashMap<>();
  private final Map<PeerId, Durable> disks = new HashMap<>();

  @Override
  public void stepped(Stepped stepped) {
    disks.put(stepped.peer(), stepped.durable());
    stepped.received().filter(message -> message.term() == stepped.after().currentTerm())
        .ifPresent(message -> note(stepped.peer(), message));
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

  private void note(PeerId peer, RaftMessage message) {
    Heard known = heard.get(peer);
    if (known == null || known.term < message.term()) {
      known = new Heard(message.term(), new HashSet<>());
      heard.put(peer, known);
    }
    known.peers.add(message.from());
  }

  private boolean hasHeard(Stepped stepped, PeerId newcomer) {
    Heard known = heard.get(stepped.peer());
    return known != null && known.term == stepped.before().currentTerm() && known.peers.contains(newcomer);
  }

  private void check(Stepped stepped, Membership next) {
    long near = stepped.before().commitIndex() - stepped.before().settings().maxAppendEntries();
    for (PeerId newcomer : next.voters()) {
      boolean caughtUp = stepped.before().membership().isVoter(newcomer)
          || (hasHeard(stepped, newcomer) && disks.get(newcomer).log().lastIndex() >= near);
      Law.require(caughtUp, "Caught-up newcomers: %s, having committed up to %d, lets %s vote, with %s", stepped.peer(),
          stepped.before().commitIndex(), newcomer, disks.get(newcomer));
    }
  }
}
