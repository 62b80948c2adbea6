package io.flotilla.raft.actor;

import static io.flotilla.raft.Checks.check;

import io.flotilla.persistence.SnapshotContent;
import io.flotilla.persistence.StoredContent;
import io.flotilla.persistence.StreamedSnapshot;
import io.flotilla.raft.EntryLog;
import io.flotilla.raft.Membership;
import io.flotilla.raft.PeerId;
import java.util.Optional;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.persistence.AbstractPersistentActor;
import org.apache.pekko.persistence.DeleteMessagesFailure;
import org.apache.pekko.persistence.DeleteMessagesSuccess;
import org.apache.pekko.persistence.DeleteSnapshotsFailure;
import org.apache.pekko.persistence.DeleteSnapshotsSuccess;
import org.apache.pekko.persistence.RecoveryCompleted;
import org.apache.pekko.persistence.SaveSnapshotFailure;
import org.apache.pekko.persistence.SaveSnapshotSuccess;
import org.apache.pekko.persistence.SnapshotOffer;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A replica's disk: journals term, vote and entries in the batches that {@link RaftPeer} hands it, one at a time, and keeps
 * snapshots. Stops when the journal fails or refuses: what was not written must not be promised.
 *
 * <p>A classic persistent actor, since the typed one takes no command while it saves a snapshot (every commit of the group would
 * wait for a state of a gigabyte to be written) and cannot delete events up to a snapshot taken on demand.
 */
final class RaftLog extends AbstractPersistentActor {
  sealed interface Command {
    /** Journal this batch; answered by {@link Persisted}. */
    record Append(long upToWriteNumber, RaftLogEvent.Appended batch) implements Command {}

    /** Save the state machine's content as of {@code lastIncludedIndex}, which is in the log. */
    record SaveSnapshot(long lastIncludedIndex, SnapshotContent content) implements Command {}

    /** Save what a leader sent; answered by {@link SnapshotInstalled}. */
    record InstallSnapshot(long lastIncludedIndex, long lastIncludedTerm, Membership membership, StoredContent content)
        implements Command {}
  }

  /** What the peer hears. */
  sealed interface Reply extends RaftPeer.Command {}

  /**
   * All that the disk holds.
   *
   * @param log the receiver's own from now on
   * @param snapshot the one that {@code log} begins after, with its content
   */
  record Recovered(long currentTerm, Optional<PeerId> votedFor, EntryLog log, Optional<RecoveredSnapshot> snapshot)
      implements Reply {}

  record RecoveredSnapshot(SavedSnapshot saved, StoredContent content) {}

  record Persisted(long upToWriteNumber) implements Reply {}

  record SnapshotSaved(SavedSnapshot snapshot) implements Reply {}

  /** Not fatal: the log is only longer than it need be. */
  record SnapshotNotSaved(long lastIncludedIndex, Throwable cause) implements Reply {}

  record SnapshotInstalled(SavedSnapshot snapshot, StoredContent content) implements Reply {}

  /**
   * A snapshot on its way to the store.
   *
   * @param event makes it count, once it is there
   * @param installed what a leader sent; empty if it is this replica's own
   */
  private record Saving(long lastIncludedIndex, long lastIncludedTerm, Membership membership, RaftLogEvent event,
      Optional<StoredContent> installed) {
    Reply reply(long sequenceNr) {
      SavedSnapshot snapshot = new SavedSnapshot(lastIncludedIndex, lastIncludedTerm, membership, sequenceNr);
      return installed.<Reply>map(content -> new SnapshotInstalled(snapshot, content)).orElseGet(() -> new SnapshotSaved(snapshot));
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(RaftLog.class);

  private final Replica replica;
  private final ActorRef<? super Reply> peer;

  private long currentTerm;
  private Optional<PeerId> votedFor = Optional.empty();
  private EntryLog log = EntryLog.empty(0, 0, Membership.NONE);
  private Optional<RecoveredSnapshot> recoveredSnapshot = Optional.empty();
  private Optional<Saving> saving = Optional.empty();
  private Optional<Command.InstallSnapshot> installNext = Optional.empty();
  private long latestSnapshotSequenceNr;
  private boolean blank = true;

  private RaftLog(Replica replica, ActorRef<? super Reply> peer) {
    this.replica = replica;
    this.peer = peer;
    super();   // asks for the plugins' names, and so for the replica
  }

  static Props props(Replica replica, ActorRef<? super Reply> peer) {
    return Props.create(RaftLog.class, () -> new RaftLog(replica, peer))
        .withDispatcher(RaftGroupSettings.DISPATCHER);
  }

  @Override
  public String persistenceId() {
    return replica.persistenceId();
  }

  @Override
  public String journalPluginId() {
    return replica.settings().journalPluginId();
  }

  @Override
  public String snapshotPluginId() {
    return replica.settings().snapshotPluginId();
  }

  @Override
  public Receive createReceiveRecover() {
    return receiveBuilder()
        .match(SnapshotOffer.class, this::onSnapshotOffer)
        .match(RaftLogEvent.class, this::onEvent)
        .match(RecoveryCompleted.class, _ -> onRecoveryCompleted())
        .build();
  }

  @Override
  public Receive createReceive() {
    return receiveBuilder()
        .match(Command.class, this::onCommand)
        .match(SaveSnapshotSuccess.class, this::onSaveSnapshotSuccess)
        .match(SaveSnapshotFailure.class, this::onSaveSnapshotFailure)
        .match(DeleteMessagesSuccess.class, _ -> {})
        .match(DeleteSnapshotsSuccess.class, _ -> {})
        .match(DeleteMessagesFailure.class, failure -> logDeletionFailure(failure.cause()))
        .match(DeleteSnapshotsFailure.class, failure -> logDeletionFailure(failure.cause()))
        .build();
  }

  private void onSnapshotOffer(SnapshotOffer offer) {
    StreamedSnapshot snapshot = (StreamedSnapshot) offer.snapshot();
    SnapshotHeader header = (SnapshotHeader) snapshot.header();
    currentTerm = header.currentTerm();
    votedFor = header.votedFor();
    log = EntryLog.empty(header.lastIncludedIndex(), header.lastIncludedTerm(), header.membership())
        .append(header.entriesAfter());
    latestSnapshotSequenceNr = offer.metadata().sequenceNr();
    blank = false;
    recoveredSnapshot = Optional.of(new RecoveredSnapshot(new SavedSnapshot(header.lastIncludedIndex(),
        header.lastIncludedTerm(), header.membership(), latestSnapshotSequenceNr), (StoredContent) snapshot.content()));
  }

  /** The only place where what this actor knows of the log changes: during recovery and after each write alike. */
  private void onEvent(RaftLogEvent event) {
    blank = false;
    switch (event) {
      case RaftLogEvent.Bootstrapped(var membership) -> log = EntryLog.empty(0, 0, membership);
      case RaftLogEvent.Appended appended -> {
        check(appended.currentTerm() >= currentTerm, "term %d on disk does not fall to %d", currentTerm, appended.currentTerm());
        currentTerm = appended.currentTerm();
        votedFor = appended.votedFor();
        log = log.append(appended.entries());
      }
      case RaftLogEvent.PrefixDropped(var lastIncludedIndex) -> log = log.compactTo(lastIncludedIndex);
      case RaftLogEvent.SnapshotInstalled installed -> log = log.afterSnapshot(installed.lastIncludedIndex(),
          installed.lastIncludedTerm(), installed.membership());
    }
  }

  /** Sequence numbers outlive deletion, so they do not tell whether a replica begins here: a group's name may be used again. */
  private void onRecoveryCompleted() {
    if (blank) {
      persist(new RaftLogEvent.Bootstrapped(replica.bootstrap()), event -> {
        onEvent(event);
        reportRecovered();
      });
    } else {
      reportRecovered();
    }
  }

  private void reportRecovered() {
    // Versions of an EntryLog belong to one thread, so the peer gets one of its own; the entries are shared.
    EntryLog peersLog = EntryLog.empty(log.baseIndex(), log.baseTerm(), log.baseMembership())
        .append(log.entries(log.baseIndex() + 1, log.lastIndex()));
    check(recoveredSnapshot.map(snapshot -> snapshot.saved().lastIncludedIndex()).orElse(0L) == log.baseIndex(),
        "the log begins where the snapshot ends: %s", log);
    peer.tell(new Recovered(currentTerm, votedFor, peersLog, recoveredSnapshot));
    recoveredSnapshot = Optional.empty();
  }

  private void onCommand(Command command) {
    switch (command) {
      case Command.Append append -> onAppend(append);
      case Command.SaveSnapshot save -> onSaveSnapshot(save);
      case Command.InstallSnapshot install -> onInstallSnapshot(install);
    }
  }

  private void onAppend(Command.Append append) {
    persist(append.batch(), event -> {
      onEvent(event);
      peer.tell(new Persisted(append.upToWriteNumber()));
    });
  }

  private void onSaveSnapshot(Command.SaveSnapshot save) {
    long index = save.lastIncludedIndex();
    if (saving.isPresent() || index <= log.baseIndex()) {
      peer.tell(new SnapshotNotSaved(index, new IllegalStateException("a newer snapshot is there or on its way")));
      return;
    }
    save(new Saving(index, log.termAt(index), log.membershipAt(index), new RaftLogEvent.PrefixDropped(index),
        Optional.empty()), log.compactTo(index), save.content());
  }

  private void onInstallSnapshot(Command.InstallSnapshot install) {
    if (saving.isPresent()) {
      installNext = Optional.of(install);
      return;
    }
    save(new Saving(install.lastIncludedIndex(), install.lastIncludedTerm(), install.membership(),
        new RaftLogEvent.SnapshotInstalled(install.lastIncludedIndex(), install.lastIncludedTerm(), install.membership()),
        Optional.of(install.content())),
        log.afterSnapshot(install.lastIncludedIndex(), install.lastIncludedTerm(), install.membership()), install.content());
  }

  /** Writes go on meanwhile: the snapshot stands for the events before this moment, and recovery replays those after. */
  private void save(Saving snapshot, EntryLog logAfter, SnapshotContent content) {
    saving = Optional.of(snapshot);
    saveSnapshot(new StreamedSnapshot(new SnapshotHeader(currentTerm, votedFor, snapshot.lastIncludedIndex(),
        snapshot.lastIncludedTerm(), snapshot.membership(), logAfter.entries(logAfter.baseIndex() + 1, logAfter.lastIndex())),
        content));
  }

  /** Only now does the log lose what the snapshot covers: a crash before this event recovers from the older snapshot. */
  private void onSaveSnapshotSuccess(SaveSnapshotSuccess success) {
    Saving saved = saving.orElseThrow();
    persist(saved.event(), event -> {
      onEvent(event);
      saving = Optional.empty();
      deleteWhatIsCovered(success.metadata().sequenceNr());
      peer.tell(saved.reply(success.metadata().sequenceNr()));
      installWhatWaits();
    });
  }

  private void onSaveSnapshotFailure(SaveSnapshotFailure failure) {
    Saving failed = saving.orElseThrow();
    saving = Optional.empty();
    if (failed.installed().isPresent()) {
      throw new IllegalStateException("%s cannot save the snapshot that its leader sent".formatted(replica), failure.cause());
    }
    peer.tell(new SnapshotNotSaved(failed.lastIncludedIndex(), failure.cause()));
    installWhatWaits();
  }

  private void installWhatWaits() {
    Optional<Command.InstallSnapshot> waiting = installNext;
    installNext = Optional.empty();
    waiting.ifPresent(this::onInstallSnapshot);
  }

  /** The snapshot before this one stays: a follower may be in the middle of receiving it. */
  private void deleteWhatIsCovered(long sequenceNr) {
    deleteMessages(sequenceNr);
    if (latestSnapshotSequenceNr > 0) {
      deleteSnapshots(SnapshotSelectionCriteria.create(latestSnapshotSequenceNr - 1, Long.MAX_VALUE));
    }
    latestSnapshotSequenceNr = sequenceNr;
  }

  private void logDeletionFailure(Throwable cause) {
    LOG.warn("{} could not delete what its snapshot covers; the next snapshot tries again", replica, cause);
  }

  @Override
  public void onPersistRejected(Throwable cause, Object event, long seqNr) {
    throw new IllegalStateException("%s: the journal refused event %d".formatted(replica, seqNr), cause);
  }

  /** A classic actor that fails is restarted where it stands; this one must not go on behind its peer's back. */
  @Override
  public void postRestart(Throwable cause) {
    getContext().stop(getSelf());
  }
}
