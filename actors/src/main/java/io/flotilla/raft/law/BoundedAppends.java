package io.flotilla.raft.law;

import io.flotilla.raft.Effect;
import io.flotilla.raft.LogEntry;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.Progress;
import io.flotilla.raft.RaftMessage;
import io.flotilla.raft.RaftSettings;
import io.flotilla.raft.Role;
import io.flotilla.raft.Timer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What one follower is sent at a time is bounded, by entries and bytes of a message and by messages under way, so that no follower, slow
 * or gone, makes its leader fill memory or the network (thesis §10.2). One entry that is larger travels alone. What is acknowledged is not
 * under way any more, and so not sent again. As long as the leader looks for where the logs meet, one append is under way until it is
 * answered, or a heartbeat is due.
 */
public final class BoundedAppends implements Law {
  /** By leader: who was sent an append to find where the logs meet, and has not answered. */
  private final Map<PeerId, Set<PeerId>> probed = new HashMap<>();

  @Override
  public void stepped(Stepped stepped) {
    checkProbes(stepped);
    if (stepped.after().role() instanceof Role.Leader leader && stepped.received().isPresent()
        && stepped.received().get() instanceof RaftMessage.AppendAccepted(var _, var follower, var _, var _)) {
      checkAnswered(stepped.peer(), follower, leader.followers().get(follower));
    }
    RaftSettings settings = stepped.after().settings();
    for (Effect effect : stepped.step().effects()) {
      if (effect instanceof Effect.Send(var follower, RaftMessage.AppendEntries append) && !append.entries().isEmpty()) {
        long bytes = append.entries().stream().mapToLong(LogEntry::sizeBytes).sum();
        Law.require(append.entries().size() <= settings.maxAppendEntries()
            && (bytes <= settings.maxAppendBytes() || append.entries().size() == 1),
            "Bounded appends: %s sends %s %d entries of %d bytes at once", stepped.peer(), follower, append.entries().size(), bytes);
        boolean fits = !(stepped.after().role() instanceof Role.Leader leader)
            || !(leader.followers().get(follower).mode() instanceof Progress.Mode.Replicating(var underWay))
            || underWay.size() <= settings.maxInFlightAppends();
        Law.require(fits, "Bounded appends: %s has more than %d under way to %s", stepped.peer(), settings.maxInFlightAppends(), follower);
      }
    }
  }

  private void checkProbes(Stepped stepped) {
    Set<PeerId> own = probed.computeIfAbsent(stepped.peer(), _ -> new HashSet<>());
    if (!(stepped.after().role() instanceof Role.Leader) || stepped.becomesLeader() || stepped.fired(Timer.HEARTBEAT)) {
      own.clear();
    }
    if (stepped.after().role() instanceof Role.Leader leader) {
      own.retainAll(leader.followers().keySet());   // who comes back to the group is looked for anew
      stepped.received().ifPresent(message -> own.remove(message.from()));
      for (Effect effect : stepped.step().effects()) {
        if (effect instanceof Effect.Send(var follower, RaftMessage.AppendEntries append) && !append.entries().isEmpty()
            && leader.followers().get(follower).mode() instanceof Progress.Mode.Probing) {
          Law.require(own.add(follower), "Bounded appends: %s sends %s another append before it has answered where the logs meet",
              stepped.peer(), follower);
        }
      }
    }
  }

  private static void checkAnswered(PeerId leader, PeerId follower, Progress progress) {
    boolean counts = progress == null || !(progress.mode() instanceof Progress.Mode.Replicating(var underWay))
        || underWay.stream().allMatch(append -> append.lastIndex() > progress.matchIndex());
    Law.require(counts, "Bounded appends: %s counts as under way what %s has acknowledged: %s", leader, follower, progress);
  }
}
