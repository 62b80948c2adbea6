package io.flotilla.raft.actor;

import static io.flotilla.raft.Checks.check;

import io.flotilla.persistence.SnapshotContent;
import io.flotilla.persistence.StoredContent;
import io.flotilla.raft.LogEntry;
import io.flotilla.raft.actor.RaftClientProtocol.Replies;
import io.flotilla.raft.actor.RaftClientProtocol.Reply;
import io.flotilla.raft.machine.StateMachine;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.StashBuffer;

/**
 * Owns a replica's {@link StateMachine}: applies what is committed, answers reads and replies straight to those who asked, so that
 * an answer costs no way back through the peer. What the state machine throws stops the replica.
 */
final class StateMachineActor {
  sealed interface Command {}

  /**
   * The first command, and again whenever a leader's snapshot was installed: replace the state. Takes its time on another thread;
   * what comes meanwhile waits.
   *
   * @param content empty: begin with nothing
   */
  record Restore(long lastIncludedIndex, Optional<StoredContent> content) implements Command {}

  /**
   * Apply these entries, the next in the log, and tell those who wait.
   *
   * @param waiting in order of their index, each of it in {@code entries}
   */
  record Apply(List<LogEntry> entries, List<WaitingProposal> waiting) implements Command {}

  /** Answer these from the state as it stands once every earlier {@link Apply} is done. */
  record Query(List<WaitingQuery> queries) implements Command {}

  /** Answered by {@link SnapshotTaken}. */
  enum TakeSnapshot implements Command { INSTANCE }

  private record Restored(long lastIncludedIndex) implements Command {}

  private record RestoreFailed(Throwable cause) implements Command {}

  private enum ReportProgress implements Command { INSTANCE }

  record WaitingProposal(long index, long requestId, ActorRef<Replies> replyTo) {}

  record WaitingQuery(long requestId, byte[] query, long staleMillis, ActorRef<Replies> replyTo) {}

  /** What the peer hears. */
  sealed interface Report extends RaftPeer.Command {}

  /** One report may stand for many commands; {@code answeredReads} counts those since the report before. */
  record Progressed(long lastApplied, long stateSizeBytes, long answeredReads) implements Report {}

  record SnapshotTaken(long lastIncludedIndex, SnapshotContent content) implements Report {}

  /** The state machine broke its contract: another try would end the same way. */
  static final class StateMachineFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    StateMachineFailure(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private final ActorContext<Command> context;
  private final StashBuffer<Command> stash;
  private final Replica replica;
  private final StateMachine machine;
  private final ActorRef<? super Report> peer;
  private final Executor blocking;

  private StateMachineActor(ActorContext<Command> context, StashBuffer<Command> stash, Replica replica,
      ActorRef<? super Report> peer) {
    this.context = context;
    this.stash = stash;
    this.replica = replica;
    this.machine = replica.stateMachines().get();
    this.peer = peer;
    this.blocking = context.getSystem().dispatchers().lookup(DispatcherSelector.blocking());
  }

  static Behavior<Command> create(Replica replica, ActorRef<? super Report> peer) {
    // The stash is bounded by what the peer lets in: commands in flight and waiting reads.
    return Behaviors.setup(context -> Behaviors.withStash(Integer.MAX_VALUE, stash ->
        new StateMachineActor(context, stash, replica, peer).running(new Progress(0, 0, false))));
  }

  /**
   * How far it is.
   *
   * @param answeredReads since the last report
   * @param reportDue a {@link ReportProgress} is in the mailbox, behind whatever else waits there
   */
  private record Progress(long lastApplied, long answeredReads, boolean reportDue) {}

  private Behavior<Command> running(Progress progress) {
    return Behaviors.receiveMessage(command -> switch (command) {
      case Restore restore     -> onRestore(restore, progress);
      case Apply apply         -> onApply(apply, progress);
      case Query query         -> onQuery(query, progress);
      case TakeSnapshot _      -> onTakeSnapshot(progress);
      case ReportProgress _    -> onReportProgress(progress);
      case Restored _          -> Behaviors.unhandled();
      case RestoreFailed _     -> Behaviors.unhandled();
    });
  }

  private Behavior<Command> restoring(Progress progress) {
    return Behaviors.receiveMessage(command -> switch (command) {
      case Restored(var lastIncludedIndex) -> onRestored(lastIncludedIndex, progress);
      case RestoreFailed(var cause) ->
          throw new StateMachineFailure("%s: the state machine cannot be restored from its snapshot".formatted(replica), cause);
      case Restore _, Apply _, Query _, TakeSnapshot _, ReportProgress _ -> {
        stash.stash(command);
        yield Behaviors.same();
      }
    });
  }

  private Behavior<Command> onRestore(Restore restore, Progress progress) {
    if (restore.content().isEmpty()) {
      return onRestored(restore.lastIncludedIndex(), progress);
    }
    StoredContent content = restore.content().get();
    // The actor touches the machine no more until Restored is back: one thread at a time, as the machine is promised.
    context.pipeToSelf(CompletableFuture.runAsync(() -> restoreFrom(content), blocking),
        (_, failure) -> failure == null ? new Restored(restore.lastIncludedIndex()) : new RestoreFailed(failure));
    return restoring(progress);
  }

  private void restoreFrom(StoredContent content) {
    try (InputStream in = content.open(0)) {
      machine.restore(in);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private Behavior<Command> onRestored(long lastIncludedIndex, Progress progress) {
    return stash.unstashAll(running(reportLater(new Progress(lastIncludedIndex, progress.answeredReads(), progress.reportDue()))));
  }

  private Behavior<Command> onApply(Apply apply, Progress progress) {
    Answers answers = new Answers();
    Deque<WaitingProposal> waiting = new ArrayDeque<>(apply.waiting());
    long lastApplied = progress.lastApplied();
    for (LogEntry entry : apply.entries()) {
      check(entry.index() == lastApplied + 1, "index %d is applied after %d", entry.index(), lastApplied);
      lastApplied = entry.index();
      if (entry instanceof LogEntry.Command command) {
        byte[] result = apply(command);
        if (!waiting.isEmpty() && waiting.getFirst().index() == lastApplied) {
          WaitingProposal proposal = waiting.removeFirst();
          answers.add(proposal.replyTo(), new Reply.Applied(proposal.requestId(), lastApplied, result));
        }
      }
    }
    check(waiting.isEmpty(), "everyone who waited has an answer: %s", waiting);
    answers.send();
    return running(reportLater(new Progress(lastApplied, progress.answeredReads(), progress.reportDue())));
  }

  private byte[] apply(LogEntry.Command command) {
    try {
      return machine.apply(command.index(), command.timeMillis(), command.payload());
    } catch (RuntimeException bug) {
      throw new StateMachineFailure("%s t%d: the state machine failed at index %d: its state may no longer equal the others'"
          .formatted(replica, command.term(), command.index()), bug);
    }
  }

  private Behavior<Command> onQuery(Query query, Progress progress) {
    Answers answers = new Answers();
    for (WaitingQuery waiting : query.queries()) {
      answers.add(waiting.replyTo(),
          new Reply.Answered(waiting.requestId(), answer(waiting.query()), waiting.staleMillis()));
    }
    answers.send();
    return running(reportLater(new Progress(progress.lastApplied(), progress.answeredReads() + query.queries().size(),
        progress.reportDue())));
  }

  private byte[] answer(byte[] query) {
    try {
      return machine.query(query);
    } catch (RuntimeException bug) {
      throw new StateMachineFailure("%s: the state machine failed at a query".formatted(replica), bug);
    }
  }

  private Behavior<Command> onTakeSnapshot(Progress progress) {
    peer.tell(new SnapshotTaken(progress.lastApplied(), machine.snapshot()));
    return Behaviors.same();
  }

  /** Asks itself to report: under load one report then stands for all the batches that were waiting in the mailbox. */
  private Progress reportLater(Progress progress) {
    if (!progress.reportDue()) {
      context.getSelf().tell(ReportProgress.INSTANCE);
    }
    return new Progress(progress.lastApplied(), progress.answeredReads(), true);
  }

  private Behavior<Command> onReportProgress(Progress progress) {
    peer.tell(new Progressed(progress.lastApplied(), machine.sizeBytes(), progress.answeredReads()));
    return running(new Progress(progress.lastApplied(), 0, false));
  }
}
