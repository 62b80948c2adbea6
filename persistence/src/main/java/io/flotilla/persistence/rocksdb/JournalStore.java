package io.flotilla.persistence.rocksdb;

import io.flotilla.persistence.CorruptedDataException;
import io.flotilla.persistence.rocksdb.GroupSyncWriter.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** The journal's events in the database; knows nothing of actors. Thread-safe. */
final class JournalStore {
  /** An event on its way in. */
  record Append(String persistenceId, long sequenceNr, EventRecord event) {}

  /** Takes the events of a replay, in rising order of sequence numbers. */
  @FunctionalInterface
  interface EventVisitor {
    void visit(long sequenceNr, EventRecord event);
  }

  /**
   * What was ever deleted of one persistence id.
   *
   * @param highestSequenceNr the highest number in use when it was deleted: numbers are never given twice
   * @param upToSequenceNr events up to here are gone
   */
  private record Deletion(long highestSequenceNr, long upToSequenceNr) {
    static final Deletion NONE = new Deletion(0, 0);
  }

  private final RocksDatabase database;
  private final PersistenceIds ids;
  private final GroupSyncWriter writer;

  JournalStore(RocksDatabase database, PersistenceIds ids, GroupSyncWriter writer) {
    this.database = database;
    this.ids = ids;
    this.writer = writer;
  }

  /** Writes all of the events or none. */
  CompletableFuture<Void> write(List<Append> appends) {
    return writer.submit(batch -> {
      for (Append append : appends) {
        ids.addFor(append.persistenceId, batch, numericId -> {
          byte[] key = KeyLayout.event(numericId, append.sequenceNr);
          batch.put(key, append.event.encode(key));
        });
      }
    });
  }

  /**
   * Reads events into a visitor.
   *
   * @param max how many at most
   * @throws CorruptedDataException an event is damaged; those before it have been visited
   */
  void replay(String persistenceId, long fromSequenceNr, long toSequenceNr, long max, EventVisitor visitor) {
    OptionalLong numericId = ids.find(persistenceId);
    if (numericId.isEmpty() || max <= 0 || fromSequenceNr > toSequenceNr) {
      return;
    }
    new Replay(persistenceId, numericId.getAsLong(), max, visitor).run(fromSequenceNr, toSequenceNr);
  }

  /** The highest sequence number ever used, deleted or not; 0 if there is none. */
  long highestSequenceNr(String persistenceId) {
    OptionalLong numericId = ids.find(persistenceId);
    return numericId.isPresent() ? highestSequenceNr(persistenceId, numericId.getAsLong()) : 0;
  }

  /** Completed once the writes submitted before are done: the highest sequence number read then counts them. */
  CompletableFuture<Void> flushed() {
    return writer.flushed();
  }

  /** Deletes events up to a sequence number; the highest sequence number stays. */
  CompletableFuture<Void> deleteUpTo(String persistenceId, long toSequenceNr) {
    return writer.submit(new Operation() {
      @Override
      public boolean readsDatabase() {
        return true;
      }

      @Override
      public void addTo(WriteBatch batch) throws RocksDBException {
        OptionalLong numericId = ids.find(persistenceId);
        if (numericId.isPresent()) {
          delete(persistenceId, numericId.getAsLong(), toSequenceNr, batch);
        }
      }
    });
  }

  private void delete(String persistenceId, long numericId, long toSequenceNr, WriteBatch batch)
      throws RocksDBException {
    Deletion before = deletion(persistenceId, numericId);
    long highest = highestSequenceNr(persistenceId, numericId);
    long upTo = Math.min(toSequenceNr, highest);
    if (upTo <= before.upToSequenceNr) {
      return;
    }
    // Ranges do not overlap, so that a tombstone goes away as soon as what it covers has.
    batch.deleteRange(KeyLayout.event(numericId, before.upToSequenceNr + 1), KeyLayout.event(numericId, upTo + 1));
    byte[] key = KeyLayout.deletion(numericId);
    batch.put(key, new RecordWriter(2 * Long.BYTES).putLong(highest).putLong(upTo).seal(key));
  }

  private long highestSequenceNr(String persistenceId, long numericId) {
    List<Long> last = new ArrayList<>(1);
    database.scanBackwards(
        KeyLayout.event(numericId, 0), KeyLayout.event(numericId, Long.MAX_VALUE), (key, _) -> {
          last.add(KeyLayout.sequenceNr(key));
          return false;
        });
    long deleted = deletion(persistenceId, numericId).highestSequenceNr;
    return last.isEmpty() ? deleted : Math.max(last.getFirst(), deleted);
  }

  private Deletion deletion(String persistenceId, long numericId) {
    byte[] key = KeyLayout.deletion(numericId);
    return database.get(key)
        .map(record -> RecordReader.read(
            () -> database.directory() + ", deletions of " + persistenceId, key, record,
            in -> new Deletion(in.getLong(), in.getLong())))
        .orElse(Deletion.NONE);
  }

  /** One replay under way: knows how far it came, so that damage found by RocksDB itself can be located too. */
  private final class Replay {
    private final String persistenceId;
    private final long numericId;
    private final EventVisitor visitor;
    private long left;
    private long lastVisited;

    Replay(String persistenceId, long numericId, long max, EventVisitor visitor) {
      this.persistenceId = persistenceId;
      this.numericId = numericId;
      this.left = max;
      this.visitor = visitor;
    }

    void run(long fromSequenceNr, long toSequenceNr) {
      lastVisited = fromSequenceNr - 1;
      try {
        database.scan(
            KeyLayout.event(numericId, Math.max(0, fromSequenceNr)), KeyLayout.event(numericId, toSequenceNr),
            this::visit);
      } catch (CorruptedDataException e) {
        throw new CorruptedDataException(
            "Replay of %s stopped after sequence number %d. %s".formatted(persistenceId, lastVisited, e.getMessage()),
            e);
      }
    }

    private boolean visit(byte[] key, byte[] value) {
      long sequenceNr = KeyLayout.sequenceNr(key);
      EventRecord event = EventRecord.decode(
          () -> "%s, event %d of %s".formatted(database.directory(), sequenceNr, persistenceId), key, value);
      visitor.visit(sequenceNr, event);
      lastVisited = sequenceNr;
      left--;
      return left > 0;
    }
  }
}
