package io.flotilla.persistence.rocksdb;

import io.flotilla.persistence.CorruptedDataException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.FlushOptions;
import org.rocksdb.IngestExternalFileOptions;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * The node's one RocksDB: two column families, the options that fit them, and the guard that keeps native memory from
 * being used after {@link #close}. Knows nothing of events and snapshots. Thread-safe.
 *
 * <p>Every method throws {@link CorruptedDataException} when RocksDB finds a checksum of its own broken, {@link
 * UncheckedIOException} when the disk fails, and {@link IllegalStateException} once closed.
 */
final class RocksDatabase implements AutoCloseable {
  /** Decides entry by entry whether a scan goes on. */
  @FunctionalInterface
  interface EntryVisitor {
    boolean visit(byte[] key, byte[] value);
  }

  static final byte FORMAT_VERSION = 1;

  private static final byte[] CONTENT_NAME = "snapshot-content".getBytes(StandardCharsets.UTF_8);

  private final Path directory;
  private final RocksOptions options;
  private final WriteOptions writeOptions;
  private final RocksDB rocks;
  private final ColumnFamilyHandle records;
  private final ColumnFamilyHandle content;

  /** Readers and writers hold it shared; close takes it alone, since a closed database's memory is gone. */
  private final ReadWriteLock inUse = new ReentrantReadWriteLock();
  private boolean closed;

  private RocksDatabase(
      Path directory, RocksOptions options, boolean fsync, RocksDB rocks, List<ColumnFamilyHandle> families) {
    this.directory = directory;
    this.options = options;
    this.writeOptions = new WriteOptions().setSync(fsync);
    this.rocks = rocks;
    this.records = families.get(0);
    this.content = families.get(1);
  }

  /**
   * Opens the database, or creates it. A write-ahead log whose end a crash has torn is cut there; anything else that
   * does not parse is refused before a byte is changed.
   *
   * @throws CorruptedDataException a file is damaged; the message names it
   * @throws IllegalStateException a newer version of this program wrote it
   * @throws UncheckedIOException the folder cannot be used, or another process holds it
   */
  static RocksDatabase open(PersistenceSettings settings) {
    Path directory = settings.directory().resolve("rocksdb");
    NativeLibrary.load();
    RocksOptions options = new RocksOptions(settings);
    boolean opened = false;
    try {
      Files.createDirectories(directory);
      DatabaseCheck.verify(directory, options);
      List<ColumnFamilyHandle> families = new ArrayList<>();
      RocksDB rocks = RocksDB.open(options.database(), directory.toString(), List.of(
          new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, options.records()),
          new ColumnFamilyDescriptor(CONTENT_NAME, options.content())), families);
      RocksDatabase database = new RocksDatabase(directory, options, settings.fsync(), rocks, families);
      opened = true;
      database.markFormat();
      return database;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot use the folder " + directory + ": " + e, e);
    } catch (RocksDBException e) {
      throw failure("open", directory, e);
    } finally {
      if (!opened) {
        options.close();
      }
    }
  }

  Path directory() {
    return directory;
  }

  Optional<byte[]> get(byte[] key) {
    return using("read", () -> Optional.ofNullable(rocks.get(records, key)));
  }

  /** A chunk of ingested content; empty once it has been dropped. */
  Optional<byte[]> getContent(byte[] key) {
    return using("read", () -> Optional.ofNullable(rocks.get(content, options.contentReads(), key)));
  }

  /** Visits the records from {@code first} up to {@code last} in key order, until the visitor has had enough. */
  void scan(byte[] first, byte[] last, EntryVisitor visitor) {
    using("read", () -> {
      try (RocksIterator iterator = rocks.newIterator(records, options.scans())) {
        for (iterator.seek(first); iterator.isValid(); iterator.next()) {
          byte[] key = iterator.key();
          if (isAfter(key, last) || !visitor.visit(key, iterator.value())) {
            break;
          }
        }
        iterator.status(); // an iterator that meets damage ends as if there were no more entries
      }
      return null;
    });
  }

  /** As {@link #scan}, from {@code last} down to {@code first}. */
  void scanBackwards(byte[] first, byte[] last, EntryVisitor visitor) {
    using("read", () -> {
      try (RocksIterator iterator = rocks.newIterator(records, options.scans())) {
        for (iterator.seekForPrev(last); iterator.isValid(); iterator.prev()) {
          byte[] key = iterator.key();
          if (isAfter(first, key) || !visitor.visit(key, iterator.value())) {
            break;
          }
        }
        iterator.status();
      }
      return null;
    });
  }

  /** Writes all of the batch or nothing; durable on return if {@code fsync} is on. */
  void write(WriteBatch batch) {
    using("write", () -> {
      rocks.write(writeOptions, batch);
      return null;
    });
  }

  /** Takes finished table files of content in, all or none; they are moved, not copied. */
  void ingestContent(List<String> files) {
    using("write", () -> {
      try (IngestExternalFileOptions ingestion = new IngestExternalFileOptions().setMoveFiles(true)) {
        rocks.ingestExternalFile(content, files, ingestion);
      }
      return null;
    });
  }

  /** Drops the content with this id; its files hold nothing else, so the space returns at once. */
  void dropContent(long contentId) {
    using("write", () -> {
      List<byte[]> range = List.of(KeyLayout.chunk(contentId, 0), KeyLayout.chunk(contentId, Integer.MAX_VALUE));
      rocks.deleteFilesInRanges(content, range, true);
      return null;
    });
  }

  /** The ids of all content that has been ingested and not dropped. */
  List<Long> contentIds() {
    return using("read", () -> rocks.getLiveFilesMetaData().stream()
        .filter(file -> Arrays.equals(file.columnFamilyName(), CONTENT_NAME))
        .map(LiveFileMetaData::smallestKey)
        .map(KeyLayout::contentId)
        .distinct()
        .toList());
  }

  /**
   * Waits for the calls under way, moves what is in memory into checksummed files, so that damage to any byte is found
   * at the next start, and closes. Later calls fail.
   */
  @Override
  public void close() {
    inUse.writeLock().lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      flush();
      records.close();
      content.close();
      rocks.close();
      writeOptions.close();
      options.close();
    } finally {
      inUse.writeLock().unlock();
    }
  }

  private void flush() {
    try (FlushOptions waiting = new FlushOptions().setWaitForFlush(true)) {
      rocks.flush(waiting, records);
    } catch (RocksDBException e) {
      // Nothing is lost: the write-ahead log still holds it all.
      RocksOptions.LOG.warn("Could not flush {} before closing: {}", directory, e.getMessage());
    }
  }

  private void markFormat() throws RocksDBException {
    if (rocks.get(records, KeyLayout.format()) == null) {
      rocks.put(records, writeOptions, KeyLayout.format(), new byte[] {FORMAT_VERSION});
    }
  }

  @FunctionalInterface
  private interface Call<T> {
    T run() throws RocksDBException;
  }

  private <T> T using(String action, Call<T> call) {
    inUse.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("The database " + directory + " is closed");
      }
      return call.run();
    } catch (RocksDBException e) {
      throw failure(action, directory, e);
    } finally {
      inUse.readLock().unlock();
    }
  }

  private static RuntimeException failure(String action, Path directory, RocksDBException e) {
    String message = "Cannot %s the database %s: %s".formatted(action, directory, e.getMessage());
    Status status = e.getStatus();
    return status != null && status.getCode() == Status.Code.Corruption
        ? new CorruptedDataException(message, e)
        : new UncheckedIOException(message, new IOException(e));
  }

  private static boolean isAfter(byte[] key, byte[] other) {
    return Arrays.compareUnsigned(key, other) > 0;
  }
}
