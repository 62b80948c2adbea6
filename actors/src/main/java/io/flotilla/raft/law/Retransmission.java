package io.flotilla.raft.law;

import io.flotilla.raft.Effect;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.Progress;
import io.flotilla.raft.RaftMessage;
import io.flotilla.raft.RaftState;
import io.flotilla.raft.Role;
import io.flotilla.raft.Timer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * "If followers crash or run slowly, or if network packets are lost, the leader retries AppendEntries RPCs indefinitely [...] until all
 * followers eventually store all log entries" (§5.3): what was sent to a follower that has answered since, and got it no further, is
 * sent again. The leader does so after the shortest election timeout; here it has the longest, and two heartbeats.
 */
public final class Retransmission implements Law {
  /**
   * Of one leader in one term: when it last sent each follower more than a heartbeat, saw it advance, or had nothing to send it; and when
   * it first heard it after that.
   */
  private static final class Leadership {
    private final long term;
    private final Map<PeerId, Long> movedNanos = new HashMap<>();
    private final Map<PeerId, Long> heardNanos = new HashMap<>();

    Leadership(long term) {
      this.term = term;
    }

    void move(PeerId follower, long nowNanos) {
      movedNanos.put(follower, nowNanos);
      heardNanos.remove(follower);
    }
  }

  private final Map<PeerId, Leadership> leaderships = new HashMap<>();

  @Override
  public void stepped(Stepped stepped) {
    if (!(stepped.after().role() instanceof Role.Leader leader)) {
      return;
    }
    Leadership own = leaderships.computeIfAbsent(stepped.peer(), _ -> new Leadership(stepped.after().currentTerm()));
    if (own.term != stepped.after().currentTerm()) {
      own = new Leadership(stepped.after().currentTerm());
      leaderships.put(stepped.peer(), own);
    }
    noteAnswer(stepped, leader, own);   // before what it led to
    for (Effect effect : stepped.step().effects()) {
      switch (effect) {
        case Effect.Send(var follower, RaftMessage.AppendEntries append) when !isHeartbeat(append, leader.followers().get(follower)) ->
            own.move(follower, stepped.nowNanos());
        case Effect.SendSnapshotChunk chunk -> own.move(chunk.to(), stepped.nowNanos());
        default -> { }
      }
    }
    for (Map.Entry<PeerId, Progress> follower : leader.followers().entrySet()) {
      if (follower.getValue().matchIndex() >= stepped.after().log().lastIndex()) {
        own.move(follower.getKey(), stepped.nowNanos());
      }
    }
    if (stepped.fired(Timer.HEARTBEAT)) {
      checkRetried(stepped, leader, own);
    }
  }

  /** A heartbeat bears no entries, and begins where the follower is known to be. */
  private static boolean isHeartbeat(RaftMessage.AppendEntries append, Progress progress) {
    return append.entries().isEmpty() && (progress == null || append.prevLogIndex() <= progress.matchIndex());
  }

  private static void noteAnswer(Stepped stepped, Role.Leader leader, Leadership own) {
    Optional<RaftMessage> answer = stepped.answered().filter(message -> message.term() == own.term);
    if (answer.isPresent()) {
      PeerId follower = answer.get().from();
      own.heardNanos.putIfAbsent(follower, stepped.nowNanos());
      if (stepped.before().role() instanceof Role.Leader before && matchIndex(leader, follower) > matchIndex(before, follower)) {
        own.move(follower, stepped.nowNanos());
      }
    }
  }

  private static long matchIndex(Role.Leader leader, PeerId follower) {
    Progress progress = leader.followers().get(follower);
    return progress == null ? 0 : progress.matchIndex();
  }

  private static void checkRetried(Stepped stepped, Role.Leader leader, Leadership own) {
    RaftState after = stepped.after();
    Duration patience = after.settings().electionTimeoutMax().plus(after.settings().heartbeatInterval().multipliedBy(2));
    leader.followers().forEach((follower, progress) -> {
      long moved = own.movedNanos.computeIfAbsent(follower, _ -> stepped.nowNanos());
      Long heard = own.heardNanos.get(follower);   // whoever comes back may be spared once more
      boolean heardSince = heard != null && stepped.nowNanos() - heard > after.settings().thriftyDelay().toNanos();
      Law.require(!heardSince || stepped.nowNanos() - moved <= patience.toNanos(),
          "Retransmission: %s has all up to %d, answers, and was sent nothing more by %s for %d ms", follower, progress.matchIndex(),
          stepped.peer(), (stepped.nowNanos() - moved) / 1_000_000);
    });
  }
}
