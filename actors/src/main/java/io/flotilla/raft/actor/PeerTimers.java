package io.flotilla.raft.actor;

import io.flotilla.raft.Effect;
import io.flotilla.raft.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * The core's timers. A follower restarts its election timer with each append it takes, thousands a second: so a restart only moves
 * the deadline, and a timer that fires before its deadline is set again for the rest.
 */
final class PeerTimers {
  private final TimerScheduler<RaftPeer.Command> scheduler;
  private final Replica replica;
  private final Map<Timer, Long> deadlineNanos = new EnumMap<>(Timer.class);
  private final Map<Timer, Long> firesAtNanos = new EnumMap<>(Timer.class);

  PeerTimers(TimerScheduler<RaftPeer.Command> scheduler, Replica replica) {
    this.scheduler = scheduler;
    this.replica = replica;
  }

  void set(Effect.SetTimer effect) {
    long now = replica.clock().nanos();
    long deadline = now + draw(effect.min(), effect.max());
    deadlineNanos.put(effect.timer(), deadline);
    Long firesAt = firesAtNanos.get(effect.timer());
    if (firesAt == null || firesAt - deadline > 0) {
      schedule(effect.timer(), deadline, now);
    }
  }

  void cancel(Timer timer) {
    deadlineNanos.remove(timer);
    firesAtNanos.remove(timer);
    scheduler.cancel(timer);
  }

  /** Whether the timer is due, now that the scheduler fired. */
  boolean maybeDue(Timer timer) {
    long now = replica.clock().nanos();
    firesAtNanos.remove(timer);
    Long deadline = deadlineNanos.get(timer);
    if (deadline == null) {
      return false;
    }
    if (deadline - now > 0) {
      schedule(timer, deadline, now);
      return false;
    }
    deadlineNanos.remove(timer);
    return true;
  }

  private void schedule(Timer timer, long deadline, long now) {
    firesAtNanos.put(timer, deadline);
    scheduler.startSingleTimer(timer, new RaftPeer.TimerFired(timer), Duration.ofNanos(deadline - now));
  }

  private long draw(Duration min, Duration max) {
    return min.equals(max) ? min.toNanos() : replica.random().nextLong(min.toNanos(), max.toNanos());
  }
}
