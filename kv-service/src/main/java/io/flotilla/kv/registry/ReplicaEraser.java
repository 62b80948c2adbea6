package io.flotilla.kv.registry;

import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.persistence.AbstractPersistentActor;
import org.apache.pekko.persistence.DeleteMessagesFailure;
import org.apache.pekko.persistence.DeleteMessagesSuccess;
import org.apache.pekko.persistence.DeleteSnapshotsFailure;
import org.apache.pekko.persistence.DeleteSnapshotsSuccess;
import org.apache.pekko.persistence.Recovery;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;

/** Deletes what a replica that has stopped left in the journal and the snapshot store, reports, and stops. */
final class ReplicaEraser extends AbstractPersistentActor {
  private final String persistenceId;
  private final ActorRef<GroupManager.Command> manager;
  private final GroupManager.Command done;
  private int deletionsLeft = 2;

  private ReplicaEraser(String persistenceId, ActorRef<GroupManager.Command> manager, GroupManager.Command done) {
    this.persistenceId = persistenceId;
    this.manager = manager;
    this.done = done;
  }

  /** To be started when nothing else writes under that id; {@code done} is sent only if all is gone. */
  static Props props(String persistenceId, ActorRef<GroupManager.Command> manager, GroupManager.Command done) {
    return Props.create(ReplicaEraser.class, () -> new ReplicaEraser(persistenceId, manager, done));
  }

  @Override
  public String persistenceId() {
    return persistenceId;
  }

  /** Nothing is replayed: what is about to go need not be read. */
  @Override
  public Recovery recovery() {
    return Recovery.none();
  }

  @Override
  public void preStart() throws Exception {
    super.preStart();
    getSelf().tell(deletionsLeft, getSelf()); // waits, as any message does, until the highest sequence number is known
  }

  @Override
  public Receive createReceiveRecover() {
    return emptyBehavior();
  }

  @Override
  public Receive createReceive() {
    return receiveBuilder()
        .match(Integer.class, _ -> delete())
        .match(DeleteMessagesSuccess.class, _ -> onDeleted())
        .match(DeleteSnapshotsSuccess.class, _ -> onDeleted())
        .match(DeleteMessagesFailure.class, failure -> onFailure(failure.cause()))
        .match(DeleteSnapshotsFailure.class, failure -> onFailure(failure.cause()))
        .build();
  }

  private void delete() {
    deleteMessages(lastSequenceNr());
    deleteSnapshots(SnapshotSelectionCriteria.latest());
  }

  private void onDeleted() {
    deletionsLeft--;
    if (deletionsLeft == 0) {
      manager.tell(done);
      getContext().stop(getSelf());
    }
  }

  private void onFailure(Throwable cause) {
    throw new IllegalStateException("Cannot delete the data of " + persistenceId, cause);
  }
}
