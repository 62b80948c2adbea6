package io.flotilla.raft.law;

import io.flotilla.raft.Effect;
import io.flotilla.raft.EntryLog;
import io.flotilla.raft.LogEntry;
import io.flotilla.raft.Membership;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.Progress;
import io.flotilla.raft.RaftSettings;
import io.flotilla.raft.RaftState;
import io.flotilla.raft.Role;
import io.flotilla.raft.Timer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Where the logs are known to meet, nothing is kept from a follower but for the leader's pace ({@link PacedAppends}), for the bound of
 * what may be under way ({@link BoundedAppends}), and for thrift: a little, and not for long, is kept from those whom commitment can do
 * without: from learners, and from voters as long as the leader and those from whom nothing is kept so are a majority. In a joint
 * membership nobody comes to be spared.
 */
public final class PromptAppends implements Law {
  /** The leaders whose time to be thrifty runs. */
  private final Set<PeerId> timerRuns = new HashSet<>();
  /** By leader. */
  private final Map<PeerId, Set<PeerId>> sparedBefore = new HashMap<>();

  @Override
  public void started(PeerId peer, RaftState restored) {
    timerRuns.remove(peer);
    sparedBefore.remove(peer);
  }

  @Override
  public void stepped(Stepped stepped) {
    noteTimer(stepped);
    Set<PeerId> before = sparedBefore.getOrDefault(stepped.peer(), Set.of());
    Set<PeerId> now = new HashSet<>();
    if (stepped.after().role() instanceof Role.Leader leader) {
      boolean takesCommands = stepped.hasEffect(Effect.Accepted.class::isInstance);
      leader.followers().forEach((follower, progress) -> {
        if (isSpared(stepped.after(), progress)) {
          now.add(follower);
          checkLittle(stepped, follower, progress);
          Law.require(timerRuns.contains(stepped.peer()), "Prompt appends: %s spares %s, and no timer ends it", stepped.peer(), follower);
          if (takesCommands || !before.contains(follower)) {
            checkMaySpare(stepped, leader, follower);
          }
        }
      });
    }
    sparedBefore.put(stepped.peer(), now);
  }

  /** The timer of a leader that is thrifty runs for the time that is allowed, and is not set anew before that is over. */
  private void noteTimer(Stepped stepped) {
    if (stepped.fired(Timer.THRIFTY)) {
      timerRuns.remove(stepped.peer());
    }
    for (Effect effect : stepped.step().effects()) {
      switch (effect) {
        case Effect.SetTimer(var timer, var min, var max) when timer == Timer.THRIFTY ->
            Law.require(timerRuns.add(stepped.peer()) && min.equals(max) && max.equals(stepped.after().settings().thriftyDelay()),
                "Prompt appends: %s sets its timer for %s, once more or for too long", stepped.peer(), max);
        case Effect.CancelTimer(var timer) when timer == Timer.THRIFTY -> timerRuns.remove(stepped.peer());
        default -> { }
      }
    }
  }

  /** Whether it misses entries that neither pace nor the window keeps from it. */
  private static boolean isSpared(RaftState state, Progress progress) {
    return progress.mode() instanceof Progress.Mode.Replicating(var underWay)
        && underWay.size() < state.settings().maxInFlightAppends()
        && (underWay.isEmpty() || state.writes().pending().isEmpty())
        && progress.nextIndex() <= state.log().lastIndex();
  }

  private static void checkLittle(Stepped stepped, PeerId follower, Progress progress) {
    EntryLog log = stepped.after().log();
    RaftSettings settings = stepped.after().settings();
    Law.require(progress.nextIndex() > log.baseIndex(), "Prompt appends: %s kept from %s what its log has no more", stepped.peer(),
        follower);
    long entries = log.lastIndex() - progress.nextIndex() + 1;
    long bytes = log.entries(progress.nextIndex(), log.lastIndex()).stream().mapToLong(LogEntry::sizeBytes).sum();
    Law.require(entries < settings.thriftyEntries() && entries <= settings.maxAppendEntries()
        && (bytes <= settings.maxAppendBytes() || entries == 1),
        "Prompt appends: %s keeps %d entries of %d bytes after %d from %s", stepped.peer(), entries, bytes, progress.nextIndex() - 1,
        follower);
  }

  private static void checkMaySpare(Stepped stepped, Role.Leader leader, PeerId spared) {
    Membership membership = stepped.after().membership();
    Law.require(!membership.isJoint(), "Prompt appends: %s spares %s in %s", stepped.peer(), spared, membership);
    boolean enough = Law.isMajority(membership, voter -> voter.equals(stepped.peer())
        || isSentEverything(stepped.after(), leader.followers().get(voter)));
    Law.require(enough || !membership.isVoter(spared), "Prompt appends: %s spares %s, and no majority is sent everything", stepped.peer(),
        spared);
  }

  private static boolean isSentEverything(RaftState state, Progress progress) {
    return progress.mode() instanceof Progress.Mode.Replicating && !isSpared(state, progress);
  }
}
