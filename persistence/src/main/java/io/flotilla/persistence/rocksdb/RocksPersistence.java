package io.flotilla.persistence.rocksdb;

import io.flotilla.persistence.SnapshotArchive;
import org.apache.pekko.actor.AbstractExtensionId;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Extension;

/**
 * The actor system's database, shared by its journal and its snapshot store; opened on first use, closed when the system
 * has terminated. A node asks for it before it starts any actor, so that a folder that is refused stops the start.
 */
public final class RocksPersistence implements Extension {
  private static final String WRITER_DISPATCHER = "flotilla.persistence.journal-dispatcher";

  private final JournalStore journal;
  private final SnapshotStore snapshots;

  private RocksPersistence(ExtendedActorSystem system) {
    PersistenceSettings settings = PersistenceSettings.from(system.settings().config());
    RocksDatabase database = RocksDatabase.open(settings);
    system.registerOnTermination(database::close);
    GroupSyncWriter writer =
        new GroupSyncWriter(database, settings.maxGroupBytes(), system.dispatchers().lookup(WRITER_DISPATCHER));
    PersistenceIds ids = new PersistenceIds(database);
    journal = new JournalStore(database, ids, writer);
    snapshots = new SnapshotStore(database, ids, writer, settings.keepSnapshots());
  }

  /**
   * The database of a system.
   *
   * @throws IllegalArgumentException a setting under {@code flotilla.persistence} cannot work
   * @throws io.flotilla.persistence.CorruptedDataException a file of the database is damaged
   * @throws java.io.UncheckedIOException the folder cannot be used, or another process holds it
   */
  public static RocksPersistence get(ClassicActorSystemProvider system) {
    return Id.INSTANCE.get(system);
  }

  /** Read access to the snapshots that this system's snapshot store has saved. */
  public SnapshotArchive snapshotArchive() {
    return snapshots;
  }

  JournalStore journal() {
    return journal;
  }

  SnapshotStore snapshots() {
    return snapshots;
  }

  private static final class Id extends AbstractExtensionId<RocksPersistence> {
    static final Id INSTANCE = new Id();

    @Override
    public RocksPersistence createExtension(ExtendedActorSystem system) {
      return new RocksPersistence(system);
    }
  }
}
