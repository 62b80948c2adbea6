package io.flotilla.persistence.rocksdb;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Gives persistence ids the short numbers that stand for them in keys. A number, once given, is never used again. */
final class PersistenceIds {
  @FunctionalInterface
  interface Addition {
    void add(long numericId) throws RocksDBException;
  }

  private static final int MAX_CACHED = 10_000;

  private final RocksDatabase database;

  /** What the writer's thread, and it alone, knows without reading; includes ids of the group being gathered. */
  private final Map<String, Long> known = new LinkedHashMap<>(16, 0.75f, true) {
    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
      return size() > MAX_CACHED;
    }
  };

  private long lastNumericId;

  PersistenceIds(RocksDatabase database) {
    this.database = database;
    this.lastNumericId = database.get(KeyLayout.lastNumericId())
        .map(record -> decode("last numeric id", KeyLayout.lastNumericId(), record))
        .orElse(0L);
  }

  /** The number of a persistence id, empty if nothing was ever written for it. Any thread. */
  OptionalLong find(String persistenceId) {
    byte[] key = KeyLayout.persistenceId(persistenceId);
    return database.get(key)
        .map(record -> OptionalLong.of(decode("persistence id " + persistenceId, key, record)))
        .orElse(OptionalLong.empty());
  }

  /** Adds to a batch what needs the number of a persistence id, given now if it has none. The writer's thread only. */
  void addFor(String persistenceId, WriteBatch batch, Addition addition) throws RocksDBException {
    long numericId = findOrAssign(persistenceId, batch);
    try {
      addition.add(numericId);
    } catch (RocksDBException | RuntimeException e) {
      known.remove(persistenceId); // its assignment leaves the batch with all else that was added
      throw e;
    }
  }

  private long findOrAssign(String persistenceId, WriteBatch batch) throws RocksDBException {
    Long cached = known.get(persistenceId);
    if (cached != null) {
      return cached;
    }
    OptionalLong found = find(persistenceId);
    long numericId = found.isPresent() ? found.getAsLong() : assign(persistenceId, batch);
    known.put(persistenceId, numericId);
    return numericId;
  }

  private long assign(String persistenceId, WriteBatch batch) throws RocksDBException {
    // If the group cannot be written, the cache holds a number that the disk does not: GroupSyncWriter then stops for good.
    long numericId = ++lastNumericId;
    put(batch, KeyLayout.persistenceId(persistenceId), numericId);
    put(batch, KeyLayout.lastNumericId(), numericId);
    return numericId;
  }

  private static void put(WriteBatch batch, byte[] key, long numericId) throws RocksDBException {
    batch.put(key, new RecordWriter(Long.BYTES).putLong(numericId).seal(key));
  }

  private long decode(String what, byte[] key, byte[] record) {
    return RecordReader.read(() -> database.directory() + ", " + what, key, record, RecordReader::getLong);
  }
}
