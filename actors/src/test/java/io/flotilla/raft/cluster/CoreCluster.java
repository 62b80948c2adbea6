package io.flotilla.raft.cluster;

import io.flotilla.raft.Effect;
import io.flotilla.raft.Input;
import io.flotilla.raft.LogEntry;
import io.flotilla.raft.Membership;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.RaftMessage;
import io.flotilla.raft.RaftSettings;
import io.flotilla.raft.RaftState;
import io.flotilla.raft.Role;
import io.flotilla.raft.Timer;
import io.flotilla.raft.law.Law;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/** A cluster of cores with their disks, network, clocks, state machines and clients, in virtual time, from one seed. */
public final class CoreCluster {
  private final Agenda agenda = new Agenda();
  private final Trace trace = new Trace();
  private final RandomGenerator random;
  private final RaftSettings settings;
  private final List<Law> laws;
  private final long snapshotEvery;
  private final boolean timersRun;
  private final Network network;
  private final SortedMap<PeerId, Disk> disks = new TreeMap<>();
  private final Map<PeerId, Clock> clocks = new HashMap<>();
  private final SortedMap<PeerId, Replica> running = new TreeMap<>();
  private final SortedMap<Long, Effect.ChangeOutcome> outcomes = new TreeMap<>();
  private Faults faults;
  private boolean started;
  private long lastRequestId;
  private long acknowledgedCount;

  /**
   * @param voters the group's first members
   * @param spares others, which may join later
   * @param snapshotEvery so many applied entries
   * @param timersRun false: timers fire only by {@link #fire}
   */
  public CoreCluster(long seed, Collection<PeerId> voters, Collection<PeerId> spares, RaftSettings settings, Faults faults,
      List<Law> laws, long snapshotEvery, boolean timersRun) {
    random = new SplittableRandom(seed);
    this.settings = settings;
    this.faults = faults;
    this.laws = laws;
    this.snapshotEvery = snapshotEvery;
    this.timersRun = timersRun;
    network = new Network(agenda, random, faults, this::deliver);
    voters.forEach(peer -> add(peer, new Disk(Membership.ofVoters(voters))));
    spares.forEach(peer -> add(peer, new Disk(Membership.ofVoters(Set.of()))));
  }

  private void add(PeerId peer, Disk disk) {
    disks.put(peer, disk);
    double drift = (random.nextDouble() * 2 - 1) * faults.maxDrift();
    clocks.put(peer, new Clock(agenda, random.nextLong(1L << 40), 1 + drift));
  }

  // Replicas

  public SortedSet<PeerId> peers() {
    return new TreeSet<>(disks.keySet());
  }

  public boolean isUp(PeerId peer) {
    return running.containsKey(peer);
  }

  /** Gives a replica that has not started a past. */
  public void preload(PeerId peer, Membership membership, long currentTerm, List<LogEntry> entries) {
    disks.put(peer, new Disk(membership, currentTerm, entries));
  }

  public void start(PeerId peer) {
    Replica replica = new Replica(peer, this, clocks.get(peer), disks.get(peer));
    running.put(peer, replica);
    started = true;
    replica.start();
  }

  public void startAll() {
    disks.keySet().stream().filter(peer -> !isUp(peer)).forEach(this::start);
  }

  /** Starts all, if none has been started yet. */
  public void startAllNew() {
    if (!started) {
      startAll();
    }
  }

  public void crash(PeerId peer) {
    Replica replica = running.remove(peer);
    replica.crash(random.nextInt(replica.unreportedWrites() + 1));
  }

  /** Crashes; nothing that was not reported durable is. */
  public void crashLosingWrites(PeerId peer) {
    running.remove(peer).crash(0);
  }

  /** The disk takes writes, but completes none until it is released. */
  public void holdDisk(PeerId peer) {
    running.get(peer).holdDisk();
  }

  public void releaseDisk(PeerId peer) {
    running.get(peer).releaseDisk();
  }

  /** What a running replica's core holds. */
  public RaftState state(PeerId peer) {
    return running.get(peer).state();
  }

  /** Whoever believes to lead. */
  public List<PeerId> leaders() {
    return running.keySet().stream().filter(peer -> state(peer).role() instanceof Role.Leader).toList();
  }

  /** The running leader of the highest term. */
  public Optional<PeerId> leader() {
    return leaders().stream().reduce((one, other) -> state(one).currentTerm() > state(other).currentTerm() ? one : other);
  }

  /** One leader, whose members all hold, and have applied, all that it holds; nothing is under way. */
  public boolean isConverged() {
    return leader().map(leaderId -> {
      RaftState leader = state(leaderId);
      Role.Leader role = (Role.Leader) leader.role();
      return role.change().isEmpty() && role.transfer().isEmpty() && leader.membership().members().contains(leaderId)
          && !leader.membership().isJoint() && leader.membership().members().stream().allMatch(peer -> isUp(peer)
          && state(peer).log().lastIndex() == leader.log().lastIndex() && state(peer).commitIndex() == leader.log().lastIndex()
          && running.get(peer).machine().appliedIndex() == leader.log().lastIndex() && running.get(peer).isIdle()
          && state(peer).leaderId().equals(leader.leaderId()) && state(peer).currentTerm() == leader.currentTerm());
    }).orElse(false);
  }

  // Inputs

  public void input(PeerId peer, Input input) {
    if (isUp(peer)) {
      running.get(peer).on(input);
    }
  }

  public void fire(PeerId peer, Timer timer) {
    input(peer, new Input.TimerFired(timer));
  }

  public void propose(PeerId peer, List<byte[]> payloads) {
    List<Input.Proposal> proposals = new ArrayList<>();
    payloads.forEach(payload -> proposals.add(new Input.Proposal(++lastRequestId, payload)));
    input(peer, new Input.Propose(proposals, agenda.nowNanos() / 1_000_000));
  }

  public long read(PeerId peer, Input.ReadMode mode) {
    long readId = ++lastRequestId;
    laws.forEach(law -> law.readAsked(readId));
    input(peer, new Input.Read(readId, mode));
    return readId;
  }

  public long changeMembership(PeerId peer, SortedSet<PeerId> voters, SortedSet<PeerId> learners) {
    long requestId = ++lastRequestId;
    input(peer, new Input.ChangeMembership(requestId, voters, learners));
    return requestId;
  }

  public long transferLeadership(PeerId peer, PeerId target) {
    long requestId = ++lastRequestId;
    input(peer, new Input.TransferLeadership(requestId, target));
    return requestId;
  }

  private void deliver(PeerId to, RaftMessage message) {
    input(to, new Input.Received(message));
  }

  // Network

  public void cut(Collection<PeerId> from, Collection<PeerId> to) {
    network.cut(from, to);
  }

  public void healLinks() {
    network.healLinks();
  }

  /** From now on nothing breaks: all replicas run, all links work. */
  public void heal() {
    become(faults.healed());
    network.healLinks();
    startAll();
  }

  public void become(Faults newFaults) {
    faults = newFaults;
    network.become(newFaults);
  }

  // Time

  public long nowNanos() {
    return agenda.nowNanos();
  }

  public void run(Duration duration) {
    runUntil(() -> false, duration);
  }

  /** Goes on until {@code condition} holds, at most that long; whether it holds. */
  public boolean runUntil(BooleanSupplier condition, Duration atMost) {
    long untilNanos = agenda.nowNanos() + atMost.toNanos();
    while (!condition.getAsBoolean()) {
      if (!agenda.doNext(untilNanos)) {
        agenda.advanceTo(untilNanos);
        return condition.getAsBoolean();
      }
    }
    return true;
  }

  // What replicas and chaos use

  Agenda agenda() {
    return agenda;
  }

  public RandomGenerator random() {
    return random;
  }

  public Faults faults() {
    return faults;
  }

  public RaftSettings settings() {
    return settings;
  }

  public long acknowledgedCount() {
    return acknowledgedCount;
  }

  /** How a membership change or transfer ended, if it has. */
  public Optional<Effect.ChangeOutcome> outcome(long requestId) {
    return Optional.ofNullable(outcomes.get(requestId));
  }

  public long traceDigest() {
    return trace.digest();
  }

  public long steps() {
    return trace.steps();
  }

  @Override
  public String toString() {
    return trace.toString();
  }

  List<Law> laws() {
    return laws;
  }

  Trace trace() {
    return trace;
  }

  Network network() {
    return network;
  }

  boolean timersRun() {
    return timersRun;
  }

  long snapshotEvery() {
    return snapshotEvery;
  }

  Duration writeDelay() {
    return upTo(faults.maxWriteDelay());
  }

  Duration applyDelay() {
    return upTo(faults.maxApplyDelay());
  }

  Duration between(Duration min, Duration max) {
    return min.plus(upTo(max.minus(min)));
  }

  private Duration upTo(Duration max) {
    return max.isZero() ? max : Duration.ofNanos(random.nextLong(max.toNanos()));
  }

  void acknowledged(LogEntry.Command command) {
    acknowledgedCount++;
    laws.forEach(law -> law.acknowledged(command.index(), command.payload()));
  }

  void ended(long requestId, Effect.ChangeOutcome outcome) {
    Effect.ChangeOutcome earlier = outcomes.put(requestId, outcome);
    Law.require(earlier == null, "A request is answered once: %d got %s, then %s", requestId, earlier, outcome);
  }
}
