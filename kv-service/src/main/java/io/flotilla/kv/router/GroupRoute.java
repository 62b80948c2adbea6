package io.flotilla.kv.router;

import io.flotilla.raft.PeerId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a router believes of one group: where its replicas are, who leads, who keeps silent. While nobody is known to lead,
 * operations wait here and one replica after another is asked who does, and a silent one as well that another has just named: any
 * answer, yes or no, leads on. Believing wrongly costs a detour, never correctness.
 */
final class GroupRoute {
  /** A silent replica is believed capable of leading again after so long: it may only have been slow. */
  private static final long SUSPICION_TICKS = 40;
  /** Two replicas may name each other; what they say counts so often a tick, then the others are asked. */
  private static final int MAX_HINTS_PER_TICK = 3;

  private final Optional<PeerId> self;
  private final ReadWindow leaderReads;
  private final ReadWindow staleReads;
  private final long silenceTicks;
  private final Set<Operation> waiting = new LinkedHashSet<>();
  private final Map<PeerId, Long> heardTicks = new HashMap<>();
  private final Map<PeerId, Long> suspectedTicks = new HashMap<>();
  private final Map<PeerId, Long> lostBeforeTicks = new HashMap<>();
  private NavigableMap<PeerId, Outbox> replicas = new TreeMap<>();
  private Optional<PeerId> leader = Optional.empty();
  private Optional<Question> question = Optional.empty();
  private Optional<PeerId> named = Optional.empty();
  private long nextSuspectTick;
  private long nextQuestionTick;
  private int nextReplica;
  private int hintsThisTick;

  /**
   * A route to replicas not known yet.
   *
   * @param leaderReads for reads that only the leader answers: without one they stay under way until their time limit
   * @param staleReads for those that any replica answers, also while there is no leader
   * @param silenceTicks how long a suspect that was asked may keep silent before it is asked again
   */
  GroupRoute(Optional<PeerId> self, ReadWindow leaderReads, ReadWindow staleReads, long silenceTicks) {
    this.self = self;
    this.leaderReads = leaderReads;
    this.staleReads = staleReads;
    this.silenceTicks = silenceTicks;
  }

  ReadWindow windowOf(Operation read) {
    return read.isStaleRead() ? staleReads : leaderReads;
  }

  /** No operation is under way, in any group. */
  void onPause() {
    leaderReads.onPause();
    staleReads.onPause();
    question = Optional.empty();
  }

  /** Takes over where the replicas are now; operations at one that is gone have to be sent again. */
  void onReplicas(NavigableMap<PeerId, Outbox> now) {
    replicas = now;
    leader = leader.filter(now::containsKey);
    named = named.filter(now::containsKey);
    question = question.filter(asked -> now.containsKey(asked.target()));
    nextQuestionTick = 0;
  }

  boolean hasReplica(PeerId peer) {
    return replicas.containsKey(peer);
  }

  Optional<PeerId> leader() {
    return leader;
  }

  Outbox outbox(PeerId peer) {
    return replicas.get(peer);
  }

  Set<Operation> waiting() {
    return waiting;
  }

  /** Operations that wait, to be sent now that there is somebody to send to. */
  List<Operation> takeWaiting() {
    List<Operation> taken = new ArrayList<>(waiting);
    waiting.clear();
    return taken;
  }

  void onTick() {
    hintsThisTick = 0;
  }

  void flush() {
    replicas.values().forEach(Outbox::flush);
  }

  /** Who answers a read that may be stale: this node, else each in turn. */
  Optional<PeerId> anyReplica(long tick) {
    Optional<PeerId> here = self.filter(replicas::containsKey).filter(peer -> !isSuspect(peer, tick));
    return here.isPresent() ? here : nextReplica(tick);
  }

  /** Whom to ask who leads, if now is the time; {@link #onAsking} follows. */
  Optional<PeerId> replicaToAsk(long tick) {
    if (leader.isPresent() || question.isPresent() || waiting.isEmpty()) {
      return Optional.empty();
    }
    Optional<PeerId> hint = named.filter(peer -> !isSuspect(peer, tick));
    if (hint.isPresent()) {
      named = Optional.empty();
      return hint;
    }
    if (tick < nextQuestionTick) {
      return Optional.empty();
    }
    // The replica here, if any, knows the leader in all but the first moments, and asking it costs no message on the network.
    return nextQuestionTick == 0 ? anyReplica(tick) : nextReplica(tick);
  }

  /**
   * Whom to ask beside {@link #replicaToAsk}: one that keeps silent, though it was just named as the leader. It may be that only the
   * question or its answer got lost.
   */
  Optional<PeerId> suspectToAsk(long tick) {
    Optional<PeerId> due = named.filter(peer -> isSuspect(peer, tick)).filter(_ -> tick >= nextSuspectTick);
    if (due.isPresent()) {
      named = Optional.empty();
      nextSuspectTick = tick + silenceTicks;
    }
    return due;
  }

  void onAsking(Question asked) {
    question = Optional.of(asked);
  }

  /** The question was answered or given up; if nothing was learnt the next one is asked then. */
  void onAsked(Question asked, long nextTick) {
    if (question.equals(Optional.of(asked))) {
      question = Optional.empty();
      nextQuestionTick = nextTick;
    }
  }

  /** When that replica last said anything, in ticks. */
  long heardTick(PeerId peer) {
    return heardTicks.getOrDefault(peer, Long.MIN_VALUE);
  }

  /** A replica said something. */
  void onHeard(PeerId peer, long tick) {
    heardTicks.put(peer, tick);
    suspectedTicks.remove(peer);
  }

  /**
   * A replica did what an attempt asked for; {@link #onHeard} follows. Writes are answered in the order of the log and travel in the order
   * of their sending, large ones apart, so a suspect that has done a write sent since it became one has hardly got those from before.
   */
  void onApplied(Attempt attempt) {
    Long suspectedTick = suspectedTicks.get(attempt.target());
    if (suspectedTick != null && attempt.sentTick() >= suspectedTick) {
      lostBeforeTicks.put(attempt.target(), suspectedTick);
    }
  }

  /** Whether an open attempt is not worth waiting for: it was probably lost, or its target keeps silent. */
  boolean isDoubtful(Attempt open, long tick) {
    if (isSuspect(open.target(), tick)) {
      return open.sentTick() < suspectedTicks.get(open.target()) || tick - open.sentTick() >= silenceTicks;
    }
    return open.operation().isSmallWrite() && open.sentTick() < lostBeforeTicks.getOrDefault(open.target(), Long.MIN_VALUE);
  }

  /** It says that it leads, or did the work of a leader. Late news from an earlier one does not unseat the one known. */
  void onLeads(PeerId peer) {
    if (leader.isEmpty() && hasReplica(peer)) {
      leader = Optional.of(peer);
      named = Optional.empty();
    }
  }

  /** It says that it does not lead, and perhaps who does; if nobody is named, nobody is asked in this tick. */
  void onNotLeader(PeerId peer, Optional<PeerId> hint, long tick) {
    leader = leader.filter(believed -> !believed.equals(peer));
    if (leader.isPresent()) {
      return;
    }
    named = hint.filter(other -> hasReplica(other) && !other.equals(peer))
        .filter(other -> named.equals(hint) || isSuspect(other, tick) || hintsThisTick++ < MAX_HINTS_PER_TICK)
        .or(() -> named.filter(other -> !other.equals(peer)));
    nextQuestionTick = Math.max(nextQuestionTick, tick + 1);
  }

  /** It has owed an answer for too long. */
  void onSilent(PeerId peer, long tick) {
    leader = leader.filter(believed -> !believed.equals(peer));
    suspectedTicks.putIfAbsent(peer, tick);
  }

  boolean isSuspect(PeerId peer, long tick) {
    Long since = suspectedTicks.get(peer);
    if (since != null && tick - since >= SUSPICION_TICKS) {
      suspectedTicks.remove(peer);
      return false;
    }
    return since != null;
  }

  /** Each in turn, suspects only if there is nobody else. */
  private Optional<PeerId> nextReplica(long tick) {
    List<PeerId> all = List.copyOf(replicas.keySet());
    List<PeerId> candidates = all.stream().filter(peer -> !isSuspect(peer, tick)).toList();
    List<PeerId> from = candidates.isEmpty() ? all : candidates;
    return from.isEmpty() ? Optional.empty() : Optional.of(from.get(Math.floorMod(nextReplica++, from.size())));
  }
}
