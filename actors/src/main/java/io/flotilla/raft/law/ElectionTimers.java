package io.flotilla.raft.law;

import io.flotilla.raft.Effect;
import io.flotilla.raft.Input;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.RaftMessage;
import io.flotilla.raft.RaftState;
import io.flotilla.raft.Role;
import io.flotilla.raft.Timer;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A follower waits anew when it hears the current leader or grants a vote, and for nothing else: "If election timeout elapses without
 * receiving AppendEntries RPC from current leader or granting vote to candidate: convert to candidate" (Figure 2). Whoever does not lead
 * has an election timer running, a leader those for its heartbeats and for its quorum. It begins anew with each election, "to reduce the
 * likelihood of another split vote" (§5.2), and with a vote, whose candidate must have its time.
 */
public final class ElectionTimers implements Law {
  private static final Set<Timer> OF_LEADERS = Collections.unmodifiableSet(EnumSet.of(Timer.HEARTBEAT, Timer.CHECK_QUORUM));
  private static final Set<Timer> OF_OTHERS = Collections.unmodifiableSet(EnumSet.of(Timer.ELECTION));

  private final Map<PeerId, EnumSet<Timer>> running = new HashMap<>();

  @Override
  public void started(PeerId peer, RaftState restored) {
    running.put(peer, EnumSet.noneOf(Timer.class));
  }

  @Override
  public void stepped(Stepped stepped) {
    EnumSet<Timer> timers = running.computeIfAbsent(stepped.peer(), _ -> EnumSet.noneOf(Timer.class));
    if (stepped.input().isPresent() && stepped.input().get() instanceof Input.TimerFired(var timer)) {
      timers.remove(timer);
    }
    for (Effect effect : stepped.step().effects()) {
      switch (effect) {
        case Effect.SetTimer set -> timers.add(set.timer());
        case Effect.CancelTimer cancel -> timers.remove(cancel.timer());
        default -> { }
      }
    }
    Law.require(timers.containsAll(stepped.after().role() instanceof Role.Leader ? OF_LEADERS : OF_OTHERS),
        "Election timers: %s is %s with the timers %s", stepped.peer(), stepped.after().role().label(), timers);
    checkBegun(stepped);
    checkRemaining(stepped);
    stepped.received().ifPresent(message -> {
      checkReset(stepped, message);
      checkHeard(stepped, message);
    });
  }

  private static void checkBegun(Stepped stepped) {
    RaftState before = stepped.before();
    RaftState after = stepped.after();
    boolean asks = after.role() instanceof Role.PreCandidate && !(before.role() instanceof Role.PreCandidate);
    boolean votes = after.votedFor().isPresent()
        && (after.currentTerm() > before.currentTerm() || !after.votedFor().equals(before.votedFor()));
    Law.require(!(asks || votes) || stepped.hasEffect(ElectionTimers::isReset), "Election timers: %s, %s in term %d, having voted for %s,"
        + " does not wait anew", stepped.peer(), after.role().label(), after.currentTerm(), after.votedFor());
  }

  /** The timer that runs out is not set anew for a leader that was heard meanwhile: what is left of its time is. */
  private static void checkRemaining(Stepped stepped) {
    boolean waits = stepped.fired(Timer.ELECTION)
        && stepped.after().log().membership().isVoter(stepped.peer());
    if (waits && stepped.after().role() instanceof Role.Follower follower && follower.incoming().isEmpty()
        && follower.heardLeaderNanos().isPresent()) {
      Duration elapsed = Duration.ofNanos(stepped.nowNanos() - follower.heardLeaderNanos().get());
      Duration longest = stepped.after().settings().electionTimeoutMax().minus(elapsed);
      Law.require(!stepped.hasEffect(effect -> isReset(effect) && ((Effect.SetTimer) effect).max().compareTo(longest) > 0),
          "Election timers: %s heard its leader %s ago, and waits longer than %s for it", stepped.peer(), elapsed, longest);
    }
  }

  private static void checkReset(Stepped stepped, RaftMessage message) {
    boolean reset = stepped.hasEffect(ElectionTimers::isReset);
    boolean votes = message instanceof RaftMessage.RequestVote request && request.term() == stepped.after().currentTerm()
        && stepped.after().votedFor().equals(Optional.of(request.candidateId()));
    boolean changesRole = !stepped.before().role().label().equals(stepped.after().role().label());
    Law.require(!reset || votes || changesRole || stepped.after().currentTerm() > stepped.before().currentTerm(),
        "Election timers: %s waits anew for %s", stepped.peer(), message);
  }

  private static boolean isReset(Effect effect) {
    return effect instanceof Effect.SetTimer set && set.timer() == Timer.ELECTION;
  }

  private static void checkHeard(Stepped stepped, RaftMessage message) {
    if (stepped.after().role() instanceof Role.Follower after) {
      boolean fromLeader = (message instanceof RaftMessage.AppendEntries || message instanceof RaftMessage.InstallSnapshot)
          && message.term() == stepped.after().currentTerm();
      boolean counts = after.heardLeaderNanos().filter(heard -> heard == stepped.nowNanos()).isPresent();
      Optional<Long> heardBefore = stepped.before().role() instanceof Role.Follower before ? before.heardLeaderNanos() : Optional.empty();
      Law.require(fromLeader ? counts : after.heardLeaderNanos().isEmpty() || after.heardLeaderNanos().equals(heardBefore),
          "Election timers: %s takes %s for %s leader's", stepped.peer(), message, fromLeader ? "no" : "its");
    }
  }
}
