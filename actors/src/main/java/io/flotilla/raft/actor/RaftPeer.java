package io.flotilla.raft.actor;

import static io.flotilla.raft.Checks.check;

import io.flotilla.raft.Effect;
import io.flotilla.raft.Input;
import io.flotilla.raft.LogEntry;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.RaftCore;
import io.flotilla.raft.RaftMessage;
import io.flotilla.raft.RaftState;
import io.flotilla.raft.Role;
import io.flotilla.raft.Step;
import io.flotilla.raft.Timer;
import io.flotilla.raft.actor.RaftClientProtocol.Replies;
import io.flotilla.raft.actor.RaftClientProtocol.Reply;
import io.flotilla.raft.actor.RaftClientProtocol.Request;
import io.flotilla.raft.actor.RaftClientProtocol.Requests;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.ChildFailed;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * One replica of one Raft group: feeds {@link RaftCore} and carries its effects out. All judgement is the core's; what is decided
 * here is only what to take in while too much is under way.
 */
public final class RaftPeer {
  public sealed interface Command extends RaftGroup.Command permits Requests, FromPeer, ChangeMembership, TransferLeadership,
      GetStatus, TimerFired, RetrySnapshot, RaftLog.Reply, StateMachineActor.Report, SnapshotTransfers.Event {}

  /** What travels between the replicas of a group. */
  public record FromPeer(RaftMessage message) implements Command {}

  /** Wants this membership in the end, by way of learners and a joint membership (§6). May take long. */
  public record ChangeMembership(SortedSet<PeerId> voters, SortedSet<PeerId> learners,
      ActorRef<Effect.ChangeOutcome> replyTo) implements Command {
    public ChangeMembership {
      voters = new TreeSet<>(voters);
      learners = new TreeSet<>(learners);
    }
  }

  public record TransferLeadership(PeerId target, ActorRef<Effect.ChangeOutcome> replyTo) implements Command {}

  public record GetStatus(ActorRef<ReplicaStatus> replyTo) implements Command {}

  record TimerFired(Timer timer) implements Command {}

  private enum RetrySnapshot implements Command { INSTANCE }

  private static final Duration SNAPSHOT_RETRY = Duration.ofSeconds(10);

  private final ActorContext<Command> context;
  private final TimerScheduler<Command> scheduler;
  private final Replica replica;
  private final RaftGroupSettings settings;
  private final ActorRef<StateMachineActor.Command> machine;
  private final PeerTimers timers;
  private final WriteQueue writes;
  private final WaitingProposals proposals = new WaitingProposals();
  private final WaitingReads reads = new WaitingReads();
  private final SnapshotPolicy snapshotPolicy;
  private final SnapshotTransfers snapshots;
  private final Map<Long, ActorRef<Effect.ChangeOutcome>> changes = new HashMap<>();
  private long nextChangeId;

  /** The state machine has everything up to here, in its mailbox at the latest. */
  private long handedOverIndex;

  private long stateSizeBytes;
  private Optional<Long> leaderHeardNanos = Optional.empty();

  private RaftPeer(ActorContext<Command> context, TimerScheduler<Command> scheduler, Replica replica) {
    this.context = context;
    this.scheduler = scheduler;
    this.replica = replica;
    this.settings = replica.settings();
    this.machine = context.spawn(StateMachineActor.create(replica, context.getSelf()), "state-machine",
        DispatcherSelector.fromConfig(RaftGroupSettings.DISPATCHER));
    ActorRef<RaftLog.Command> log =
        Adapter.toTyped(Adapter.actorOf(context, RaftLog.props(replica, context.getSelf()), "log"));
    context.watch(machine);
    context.watch(log);
    this.timers = new PeerTimers(scheduler, replica);
    this.writes = new WriteQueue(log, settings.maxWriteBytes());
    this.snapshotPolicy = new SnapshotPolicy(settings);
    this.snapshots = new SnapshotTransfers(context, replica);
  }

  static Behavior<Command> create(Replica replica) {
    return Behaviors.setup(context -> Behaviors.withTimers(scheduler ->
        new RaftPeer(context, scheduler, replica).recovering()));
  }

  /** Until the log is read nothing is known, so nothing is promised; peers ask again. */
  private Behavior<Command> recovering() {
    return Behaviors.receive((_, command) -> switch (command) {
      case RaftLog.Recovered recovered -> onRecovered(recovered);
      case Requests requests -> refuse(requests);
      case ChangeMembership change -> refuse(change.replyTo());
      case TransferLeadership transfer -> refuse(transfer.replyTo());
      case GetStatus(var replyTo) -> {
        replyTo.tell(ReplicaStatus.idle(replica.groupId(), replica.self(), "recovering"));
        yield Behaviors.same();
      }
      default -> Behaviors.same();
    }, (_, signal) -> onSignal(signal));
  }

  private Behavior<Command> running(RaftState state) {
    return Behaviors.receive((_, command) -> switch (command) {
      case Requests requests                         -> onRequests(state, requests);
      case FromPeer(var message)                     -> advance(state, new Input.Received(message));
      case ChangeMembership change                   -> onChangeMembership(state, change);
      case TransferLeadership transfer               -> onTransferLeadership(state, transfer);
      case GetStatus(var replyTo)                    -> onGetStatus(state, replyTo);
      case TimerFired(var timer)                     -> onTimerFired(state, timer);
      case RaftLog.Persisted(var writeNumber)        -> onPersisted(state, writeNumber);
      case RaftLog.SnapshotSaved(var snapshot)       -> onSnapshotSaved(state, snapshot);
      case RaftLog.SnapshotNotSaved notSaved         -> onSnapshotNotSaved(state, notSaved);
      case RaftLog.SnapshotInstalled installed       -> onSnapshotInstalled(state, installed);
      case RaftLog.Recovered _                       -> Behaviors.unhandled();
      case RetrySnapshot _                           -> onRetrySnapshot(state);
      case StateMachineActor.Progressed progressed   -> onProgressed(state, progressed);
      case StateMachineActor.SnapshotTaken taken     -> onSnapshotTaken(taken);
      case SnapshotTransfers.ChunkRead read          -> onChunkRead(read);
      case SnapshotTransfers.ChunkReadFailed failed  -> onChunkReadFailed(state, failed);
      case SnapshotTransfers.ChunkStored stored      ->
          advance(state, new Input.SnapshotChunkStored(stored.lastIncludedIndex(), stored.nextOffset()));
      case SnapshotTransfers.ContentSpooled spooled  -> onContentSpooled(spooled);
      case SnapshotTransfers.SpoolFailed(var cause)  ->
          throw new IllegalStateException("%s cannot store its leader's snapshot".formatted(replica), cause);
    }, (_, signal) -> onSignal(signal));
  }

  private Behavior<Command> advance(RaftState state, Input input) {
    return running(step(state, input));
  }

  private RaftState step(RaftState state, Input input) {
    return carryOut(replica.algorithm().step(state, input, replica.clock().nanos()));
  }

  private RaftState carryOut(Step step) {
    for (Effect effect : step.effects()) {
      carryOut(step.next(), effect);
    }
    return step.next();
  }

  private void carryOut(RaftState next, Effect effect) {
    switch (effect) {
      case Effect.Persist persist -> writes.write(persist);
      case Effect.Send(var to, var message) -> replica.network().send(to, message);
      case Effect.SendSnapshotChunk chunk -> snapshots.read(replica.self(), chunk);
      case Effect.SetTimer timer -> timers.set(timer);
      case Effect.CancelTimer(var timer) -> timers.cancel(timer);
      case Effect.Commit(var entries) -> commit(entries);
      case Effect.Accepted accepted -> proposals.onAccepted(accepted);
      case Effect.Refused refused -> proposals.onRefused(refused);
      case Effect.ReadReady(var readIds, var readIndex) -> query(readIds, readIndex);
      case Effect.ReadRefused(var readIds, var leaderId) -> reads.onRefused(readIds, leaderId);
      case Effect.RoleChanged changed -> becomeKnown(next, changed);
      case Effect.StoreSnapshotChunk(var chunk) -> snapshots.store(chunk);
      case Effect.InstallSnapshot install -> snapshots.open(install);
      case Effect.MembershipChangeEnded(var requestId, var outcome) -> changes.remove(requestId).tell(outcome);
      case Effect.TransferEnded(var requestId, var outcome) -> changes.remove(requestId).tell(outcome);
    }
  }

  private void commit(List<LogEntry> entries) {
    handedOverIndex = entries.getLast().index();
    snapshotPolicy.onCommitted(entries);
    machine.tell(new StateMachineActor.Apply(entries, proposals.onCommitted(entries)));
  }

  /** The state machine's mailbox keeps order: what was committed up to {@code readIndex} is applied before the query is answered. */
  private void query(List<Long> readIds, long readIndex) {
    check(readIndex <= handedOverIndex, "readIndex %d <= handedOverIndex %d", readIndex, handedOverIndex);
    machine.tell(reads.onReady(readIds));
  }

  private void becomeKnown(RaftState next, Effect.RoleChanged changed) {
    context.getLog().info("{} t{} is {}, leader {}, log ends at {}/{}, commitIndex {}", replica, changed.term(),
        changed.role().label(), changed.leaderId().map(PeerId::value).orElse("unknown"), next.log().lastTerm(),
        next.log().lastIndex(), next.commitIndex());
    if (!(changed.role() instanceof Role.Leader)) {
      proposals.onLeadershipLost();
    }
  }

  // Recovery

  private Behavior<Command> onRecovered(RaftLog.Recovered recovered) {
    recovered.snapshot().ifPresent(snapshot -> snapshots.onSaved(snapshot.saved()));
    handedOverIndex = recovered.log().baseIndex();
    machine.tell(new StateMachineActor.Restore(handedOverIndex,
        recovered.snapshot().map(RaftLog.RecoveredSnapshot::content)));
    RaftState restored = RaftState.restored(replica.self(), settings.raft(), recovered.currentTerm(), recovered.votedFor(),
        recovered.log());
    context.getLog().info("{} t{} recovered, log ends at {}/{}, snapshot at {}, membership {}", replica,
        restored.currentTerm(), restored.log().lastTerm(), restored.log().lastIndex(), restored.snapshotIndex(),
        restored.membership());
    return running(carryOut(replica.algorithm().start(restored, replica.clock().nanos())));
  }

  private Behavior<Command> refuse(Requests requests) {
    Answers answers = new Answers();
    requests.requests().forEach(request ->
        answers.add(requests.replyTo(), new Reply.NotLeader(request.requestId(), Optional.empty())));
    answers.send();
    return Behaviors.same();
  }

  private Behavior<Command> refuse(ActorRef<Effect.ChangeOutcome> replyTo) {
    replyTo.tell(new Effect.ChangeOutcome.NotLeader(Optional.empty()));
    return Behaviors.same();
  }

  // Clients

  private Behavior<Command> onRequests(RaftState state, Requests requests) {
    ActorRef<Replies> replyTo = requests.replyTo();
    Answers atOnce = new Answers();
    List<Input.Proposal> proposed = new ArrayList<>();
    List<WaitingReads.Query> linearizable = new ArrayList<>();
    List<WaitingReads.Query> leased = new ArrayList<>();
    List<WaitingReads.Query> stale = new ArrayList<>();
    long roomForReads = settings.maxWaitingReads() - reads.unanswered();
    for (Request request : requests.requests()) {
      boolean hasRoom = linearizable.size() + leased.size() + stale.size() < roomForReads;
      switch (request) {
        case Request.FindLeader find -> atOnce.add(replyTo, leaderFor(state, find));
        case Request.Propose propose -> maybeRefuse(state, propose).ifPresentOrElse(refusal -> atOnce.add(replyTo, refusal),
            () -> proposed.add(proposals.submit(propose, replyTo)));
        case Request.Read(var requestId, var query) when hasRoom -> linearizable.add(new WaitingReads.Query(requestId, query));
        case Request.LeaseRead(var requestId, var query) when hasRoom -> leased.add(new WaitingReads.Query(requestId, query));
        case Request.StaleRead(var requestId, var query) when hasRoom -> stale.add(new WaitingReads.Query(requestId, query));
        case Request.Read _, Request.LeaseRead _, Request.StaleRead _ ->
            atOnce.add(replyTo, new Reply.Overloaded(request.requestId(), false));
      }
    }
    atOnce.send();
    RaftState next = state;
    if (!proposed.isEmpty()) {
      next = step(next, new Input.Propose(proposed, replica.clock().millis()));
    }
    if (!linearizable.isEmpty()) {
      next = step(next, new Input.Read(reads.submit(linearizable, replyTo), Input.ReadMode.READ_INDEX));
    }
    if (!leased.isEmpty()) {
      next = step(next, new Input.Read(reads.submit(leased, replyTo), Input.ReadMode.LEASE));
    }
    if (!stale.isEmpty()) {
      machine.tell(reads.stale(stale, staleMillis(next), replyTo));
    }
    return running(next);
  }

  /** A leader that hands over refuses commands, so it does not send for them either. */
  private static Reply leaderFor(RaftState state, Request.FindLeader find) {
    if (state.role() instanceof Role.Leader leader) {
      return leader.transfer().isPresent()
          ? new Reply.NotLeader(find.requestId(), Optional.empty()) : new Reply.Leads(find.requestId());
    }
    return new Reply.NotLeader(find.requestId(), state.leaderId());
  }

  /** Whether the leader can take the command in; a replica that does not lead leaves it to the core to say so. */
  private Optional<Reply> maybeRefuse(RaftState state, Request.Propose propose) {
    if (propose.command().length > settings.maxCommandBytes()) {
      return Optional.of(new Reply.TooLarge(propose.requestId(), settings.maxCommandBytes()));
    }
    if (!(state.role() instanceof Role.Leader)) {
      return Optional.empty();
    }
    long inFlightBytes = proposals.inFlightBytes() + WaitingProposals.costOf(propose);
    if (inFlightBytes > settings.maxInFlightBytes()) {
      return Optional.of(new Reply.Overloaded(propose.requestId(), false));
    }
    if (!propose.reclaims() && stateSizeBytes + inFlightBytes > settings.maxStateBytes()) {
      return Optional.of(new Reply.Overloaded(propose.requestId(), true));
    }
    return Optional.empty();
  }

  /** How long ago a leader was last heard; {@link Long#MAX_VALUE} if never. */
  private long staleMillis(RaftState state) {
    if (state.role() instanceof Role.Leader) {
      return 0;
    }
    long now = replica.clock().nanos();
    if (state.role() instanceof Role.Follower follower && follower.leaderId().isPresent()) {
      leaderHeardNanos = follower.heardLeaderNanos();
    }
    return leaderHeardNanos.map(heard -> TimeUnit.NANOSECONDS.toMillis(now - heard)).orElse(Long.MAX_VALUE);
  }

  // Operators

  private Behavior<Command> onChangeMembership(RaftState state, ChangeMembership change) {
    long requestId = remember(change.replyTo());
    return advance(state, new Input.ChangeMembership(requestId, change.voters(), change.learners()));
  }

  private Behavior<Command> onTransferLeadership(RaftState state, TransferLeadership transfer) {
    return advance(state, new Input.TransferLeadership(remember(transfer.replyTo()), transfer.target()));
  }

  private long remember(ActorRef<Effect.ChangeOutcome> replyTo) {
    changes.put(nextChangeId, replyTo);
    return nextChangeId++;
  }

  private Behavior<Command> onGetStatus(RaftState state, ActorRef<ReplicaStatus> replyTo) {
    replyTo.tell(new ReplicaStatus(replica.groupId(), replica.self(), state.role().label(), state.leaderId(),
        state.currentTerm(), state.commitIndex(), state.lastApplied(), state.log().lastIndex(), state.snapshotIndex(),
        state.membership(), stateSizeBytes, state.log().sizeBytes(), proposals.inFlightBytes(), reads.unanswered()));
    return Behaviors.same();
  }

  // Disk, state machine, time

  private Behavior<Command> onTimerFired(RaftState state, Timer timer) {
    return timers.maybeDue(timer) ? advance(state, new Input.TimerFired(timer)) : Behaviors.same();
  }

  private Behavior<Command> onPersisted(RaftState state, long writeNumber) {
    writes.written();
    return advance(state, new Input.PersistedUpTo(writeNumber));
  }

  private Behavior<Command> onProgressed(RaftState state, StateMachineActor.Progressed progressed) {
    stateSizeBytes = progressed.stateSizeBytes();
    proposals.onApplied(progressed.lastApplied());
    reads.onAnswered(progressed.answeredReads());
    RaftState next = progressed.lastApplied() > state.lastApplied()
        ? step(state, new Input.AppliedUpTo(progressed.lastApplied()))
        : state;
    maybeTakeSnapshot(next);
    return running(next);
  }

  // Snapshots

  private void maybeTakeSnapshot(RaftState state) {
    if (snapshotPolicy.maybeBegin(state, stateSizeBytes)) {
      machine.tell(StateMachineActor.TakeSnapshot.INSTANCE);
    }
  }

  /** Behind the writes that were asked for so far: entries may be committed and applied before this disk has them. */
  private Behavior<Command> onSnapshotTaken(StateMachineActor.SnapshotTaken taken) {
    writes.snapshot(new RaftLog.Command.SaveSnapshot(taken.lastIncludedIndex(), taken.content()));
    return Behaviors.same();
  }

  private Behavior<Command> onSnapshotSaved(RaftState state, SavedSnapshot snapshot) {
    snapshotPolicy.onSaved();
    snapshots.onSaved(snapshot);
    context.getLog().info("{} t{} saved a snapshot up to {}/{}", replica, state.currentTerm(), snapshot.lastIncludedTerm(),
        snapshot.lastIncludedIndex());
    return advance(state, new Input.SnapshotSaved(snapshot.lastIncludedIndex()));
  }

  private Behavior<Command> onSnapshotNotSaved(RaftState state, RaftLog.SnapshotNotSaved notSaved) {
    context.getLog().warn("{} t{} did not save a snapshot up to {}, and tries again later", replica, state.currentTerm(),
        notSaved.lastIncludedIndex(), notSaved.cause());
    scheduler.startSingleTimer(RetrySnapshot.INSTANCE, RetrySnapshot.INSTANCE, SNAPSHOT_RETRY);
    return Behaviors.same();
  }

  private Behavior<Command> onRetrySnapshot(RaftState state) {
    snapshotPolicy.onGivenUp();
    maybeTakeSnapshot(state);
    return Behaviors.same();
  }

  private Behavior<Command> onChunkRead(SnapshotTransfers.ChunkRead read) {
    snapshots.onRead(read.to());
    read.chunk().ifPresent(chunk -> replica.network().send(read.to(), chunk));
    return Behaviors.same();
  }

  private Behavior<Command> onChunkReadFailed(RaftState state, SnapshotTransfers.ChunkReadFailed failed) {
    snapshots.onRead(failed.to());
    context.getLog().warn("{} t{} could not read its snapshot for {}", replica, state.currentTerm(), failed.to(),
        failed.cause());
    return Behaviors.same();
  }

  private Behavior<Command> onContentSpooled(SnapshotTransfers.ContentSpooled spooled) {
    Effect.InstallSnapshot install = spooled.install();
    writes.snapshot(new RaftLog.Command.InstallSnapshot(install.lastIncludedIndex(), install.lastIncludedTerm(),
        install.membership(), spooled.content()));
    return Behaviors.same();
  }

  private Behavior<Command> onSnapshotInstalled(RaftState state, RaftLog.SnapshotInstalled installed) {
    SavedSnapshot snapshot = installed.snapshot();
    snapshotPolicy.onInstalled();
    snapshots.onSaved(snapshot);
    handedOverIndex = snapshot.lastIncludedIndex();
    machine.tell(new StateMachineActor.Restore(handedOverIndex, Optional.of(installed.content())));
    context.getLog().info("{} t{} installed its leader's snapshot up to {}/{}", replica, state.currentTerm(),
        snapshot.lastIncludedTerm(), snapshot.lastIncludedIndex());
    return advance(state, new Input.SnapshotInstalled(snapshot.lastIncludedIndex(), snapshot.lastIncludedTerm(),
        snapshot.membership()));
  }

  /** A replica without its log or its state machine is none. */
  private Behavior<Command> onSignal(Signal signal) {
    return switch (signal) {
      case ChildFailed failed when failed.getCause() instanceof StateMachineActor.StateMachineFailure failure -> throw failure;
      case ChildFailed failed -> throw new IllegalStateException("%s stops: its %s failed".formatted(replica,
          failed.getRef().path().name()), failed.getCause());
      case Terminated terminated -> throw new IllegalStateException("%s stops: its %s stopped".formatted(replica,
          terminated.getRef().path().name()));
      default -> Behaviors.same();
    };
  }
}
