package io.flotilla.raft.cluster;

import io.flotilla.raft.Effect;
import io.flotilla.raft.Input;
import io.flotilla.raft.LogEntry;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.RaftCore;
import io.flotilla.raft.RaftMessage;
import io.flotilla.raft.RaftState;
import io.flotilla.raft.Step;
import io.flotilla.raft.Timer;
import io.flotilla.raft.law.Law;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * One run of a replica, from a start to a crash: the memory that a crash takes. Feeds {@link RaftCore} and carries its effects out as
 * the actors do, but with a disk and a state machine that take their time.
 */
final class Replica {
  private static final int CHUNK_BYTES = 20;

  private record WaitingRead(long readId, long readIndex) {}

  private final PeerId id;
  private final CoreCluster cluster;
  private final Clock clock;
  private final Disk disk;
  private final Machine machine = new Machine();
  private final Map<Timer, Long> timers = new EnumMap<>(Timer.class);
  private final Deque<Disk.Write> writes = new ArrayDeque<>();
  private final Deque<LogEntry> committed = new ArrayDeque<>();
  private final Map<Long, Long> acceptedTerms = new HashMap<>();
  private final List<WaitingRead> reads = new ArrayList<>();
  private final ByteArrayOutputStream spool = new ByteArrayOutputStream();
  private RaftState state;
  private long lastTimer;
  private long chunksStoredNanos;
  private boolean writing;
  private boolean diskHeld;
  private boolean applying;
  private boolean savingSnapshot;
  private boolean running = true;

  Replica(PeerId id, CoreCluster cluster, Clock clock, Disk disk) {
    this.id = id;
    this.cluster = cluster;
    this.clock = clock;
    this.disk = disk;
    state = RaftState.restored(id, cluster.settings(), disk.currentTerm(), disk.votedFor(), disk.copyOfLog());
  }

  void start() {
    disk.snapshot().ifPresent(snapshot -> machine.restore(snapshot.content()));
    cluster.laws().forEach(law -> law.started(id, state));
    cluster.laws().forEach(law -> law.applied(id, machine.appliedIndex(), machine.digest()));
    take("start", Optional.empty(), RaftCore.start(state, clock.nanos()));
  }

  RaftState state() {
    return state;
  }

  Machine machine() {
    return machine;
  }

  /** All that was asked of disk and state machine is done. */
  boolean isIdle() {
    return writes.isEmpty() && committed.isEmpty();
  }

  void on(Input input) {
    take(input, Optional.of(input), RaftCore.step(state, input, clock.nanos()));
  }

  /** Stops at once. Of the writes that had not been reported, any number from the first on may have reached the disk. */
  void crash(int durableWrites) {
    running = false;
    writes.stream().limit(durableWrites).forEach(disk::write);
  }

  int unreportedWrites() {
    return writes.size();
  }

  private void take(Object cause, Optional<Input> input, Step step) {
    RaftState before = state;
    state = step.next();
    cluster.trace().stepped(cluster.nowNanos(), id, cause, state, step.effects());
    Law.Stepped stepped = new Law.Stepped(id, input, clock.nanos(), before, step,
        new Law.Durable(disk.currentTerm(), disk.votedFor(), disk.log()));
    cluster.laws().forEach(law -> law.stepped(stepped));
    step.effects().forEach(this::carryOut);
  }

  private void carryOut(Effect effect) {
    switch (effect) {
      case Effect.Persist persist -> write(new Disk.Persist(persist));
      case Effect.Send(var to, var message) -> cluster.network().send(id, to, message);
      case Effect.SendSnapshotChunk chunk -> sendChunk(chunk);
      case Effect.SetTimer timer -> setTimer(timer);
      case Effect.CancelTimer(var timer) -> timers.remove(timer);
      case Effect.Commit(var entries) -> commit(entries);
      case Effect.Accepted accepted -> accept(accepted);
      case Effect.ReadReady(var readIds, var readIndex) -> {
        readIds.forEach(readId -> reads.add(new WaitingRead(readId, readIndex)));
        answerReads();
      }
      case Effect.StoreSnapshotChunk(var chunk) -> storeChunkLater(chunk);
      case Effect.InstallSnapshot install -> write(new Disk.SaveSnapshot(new Disk.Snapshot(install.lastIncludedIndex(),
          install.lastIncludedTerm(), install.membership(), spool.toByteArray()), true));
      case Effect.MembershipChangeEnded(var requestId, var outcome) -> cluster.ended(requestId, outcome);
      case Effect.TransferEnded(var requestId, var outcome) -> cluster.ended(requestId, outcome);
      case Effect.Refused _, Effect.ReadRefused _, Effect.RoleChanged _ -> { }
    }
  }

  /** Does it later, unless this run has ended by then. */
  private void after(Duration delay, Runnable action) {
    cluster.agenda().after(delay, () -> {
      if (running) {
        action.run();
      }
    });
  }

  // Timers

  private void setTimer(Effect.SetTimer asked) {
    long number = ++lastTimer;
    timers.put(asked.timer(), number);
    if (cluster.timersRun()) {
      after(clock.delay(cluster.between(asked.min(), asked.max())), () -> {
        if (timers.remove(asked.timer(), number)) {
          on(new Input.TimerFired(asked.timer()));
        }
      });
    }
  }

  // Disk

  private void write(Disk.Write write) {
    writes.add(write);
    beginWriting();
  }

  private void beginWriting() {
    if (!writing && !diskHeld && !writes.isEmpty()) {
      writing = true;
      after(cluster.writeDelay(), this::completeWrites);
    }
  }

  void holdDisk() {
    diskHeld = true;
  }

  void releaseDisk() {
    diskHeld = false;
    beginWriting();
  }

  /** One sync makes one or more writes durable; of those merged only the last is reported. */
  private void completeWrites() {
    int merged = 1 + cluster.random().nextInt(writes.size());
    List<Input> reports = new ArrayList<>();
    for (int i = 0; i < merged; i++) {
      Disk.Write write = writes.remove();
      disk.write(write);
      report(write, reports);
    }
    writing = false;
    beginWriting();
    reports.forEach(this::on);
  }

  private void report(Disk.Write write, List<Input> reports) {
    switch (write) {
      case Disk.Persist(var asked) -> {
        if (!reports.isEmpty() && reports.getLast() instanceof Input.PersistedUpTo) {
          reports.removeLast();
        }
        reports.add(new Input.PersistedUpTo(asked.writeNumber()));
      }
      case Disk.SaveSnapshot(var snapshot, var installed) when installed -> {
        machine.restore(snapshot.content());
        cluster.laws().forEach(law -> law.applied(id, machine.appliedIndex(), machine.digest()));
        reports.add(new Input.SnapshotInstalled(snapshot.lastIncludedIndex(), snapshot.lastIncludedTerm(), snapshot.membership()));
      }
      case Disk.SaveSnapshot(var snapshot, _) -> {
        savingSnapshot = false;
        reports.add(new Input.SnapshotSaved(snapshot.lastIncludedIndex()));
      }
    }
  }

  // Snapshots

  private void sendChunk(Effect.SendSnapshotChunk wanted) {
    disk.snapshot().filter(snapshot -> snapshot.lastIncludedIndex() == wanted.lastIncludedIndex()).ifPresent(snapshot -> {
      int start = (int) wanted.offset();
      int end = Math.min(start + CHUNK_BYTES, snapshot.content().length);
      cluster.network().send(id, wanted.to(),
          new RaftMessage.InstallSnapshot(wanted.term(), id, snapshot.lastIncludedIndex(), snapshot.lastIncludedTerm(),
              snapshot.membership(), start, Arrays.copyOfRange(snapshot.content(), start, end), end == snapshot.content().length));
    });
  }

  /** Chunks are stored in the order in which they came. */
  private void storeChunkLater(RaftMessage.InstallSnapshot chunk) {
    chunksStoredNanos = Math.max(chunksStoredNanos, cluster.nowNanos() + cluster.writeDelay().toNanos());
    after(Duration.ofNanos(chunksStoredNanos - cluster.nowNanos()), () -> storeChunk(chunk));
  }

  private void storeChunk(RaftMessage.InstallSnapshot chunk) {
    if (chunk.offset() == 0) {
      spool.reset();
    }
    spool.writeBytes(chunk.data());
    on(new Input.SnapshotChunkStored(chunk.lastIncludedIndex(), chunk.offset() + chunk.data().length));
  }

  private void maybeSnapshot() {
    long index = machine.appliedIndex();
    if (!savingSnapshot && index - state.snapshotIndex() >= cluster.snapshotEvery()) {
      savingSnapshot = true;
      write(new Disk.SaveSnapshot(new Disk.Snapshot(index, state.log().termAt(index), state.log().membershipAt(index),
          machine.snapshot()), false));
    }
  }

  // State machine and clients

  private void commit(List<LogEntry> entries) {
    committed.addAll(entries);
    if (!applying) {
      applying = true;
      after(cluster.applyDelay(), this::applyCommitted);
    }
  }

  private void applyCommitted() {
    applying = false;
    while (!committed.isEmpty()) {
      LogEntry entry = committed.remove();
      if (entry.index() > machine.appliedIndex()) {   // else a snapshot overtook it
        machine.apply(entry);
        cluster.laws().forEach(law -> law.applied(id, entry.index(), machine.digest()));
        maybeAcknowledge(entry);
      }
    }
    answerReads();
    on(new Input.AppliedUpTo(machine.appliedIndex()));
    maybeSnapshot();
  }

  private void accept(Effect.Accepted accepted) {
    for (int i = 0; i < accepted.proposals().size(); i++) {
      acceptedTerms.put(accepted.firstIndex() + i, accepted.term());
    }
  }

  private void maybeAcknowledge(LogEntry entry) {
    if (entry instanceof LogEntry.Command command && Objects.equals(acceptedTerms.remove(entry.index()), entry.term())) {
      cluster.acknowledged(command);
    }
  }

  private void answerReads() {
    for (Iterator<WaitingRead> waiting = reads.iterator(); waiting.hasNext();) {
      WaitingRead read = waiting.next();
      if (read.readIndex <= machine.appliedIndex()) {
        waiting.remove();
        cluster.laws().forEach(law -> law.readAnswered(read.readId, read.readIndex, machine.appliedIndex()));
      }
    }
  }
}
