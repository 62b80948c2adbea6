/**
 * Journal and snapshot store on one RocksDB per node. Start at {@link RocksPersistence}, which an actor system has one
 * of. {@link RocksJournal} and {@link RocksSnapshotStore} are the Pekko plugins and only translate; {@link JournalStore}
 * and {@link SnapshotStore} do the work, all writes through {@link GroupSyncWriter}, which lets them share syncs.
 *
 * <p>Below: {@link RocksDatabase} holds the native resources, {@link KeyLayout} says what lies where, {@link EventRecord}
 * and {@link SnapshotManifest} are the records, checksummed and versioned by {@link RecordWriter} and {@link
 * RecordReader}. {@link DatabaseCheck} finds damage before anything is opened,
 * {@link LogFileCheck} tells it from a torn tail.
 *
 * <p>Laws: what is acknowledged is durable (unless {@code fsync = never}); what does not match its checksum is reported
 * with its place, never replayed and never skipped; a refused folder is left as it was.
 */
package io.flotilla.persistence.rocksdb;
