package io.flotilla.persistence.rocksdb;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.rocksdb.AbstractNativeReference;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Logger;
import org.rocksdb.ReadOptions;
import org.rocksdb.WALRecoveryMode;
import org.slf4j.LoggerFactory;

/**
 * RocksDB's options, chosen for a node with a small heap that writes events once, deletes them in ranges and reads them
 * at recovery. Owns their native memory.
 */
final class RocksOptions implements AutoCloseable {
  static final org.slf4j.Logger LOG = LoggerFactory.getLogger(RocksDatabase.class);

  /** Files are cut at this size, so that dropping whole files soon gives deleted events' space back. */
  private static final long TABLE_FILE_BYTES = 16 << 20;

  private static final long LEVEL_1_BYTES = 64 << 20;
  private static final int MEMTABLES = 2;
  private static final int MAX_OPEN_FILES = 256;
  private static final long SCAN_READAHEAD_BYTES = 256 << 10;

  private final List<AbstractNativeReference> owned = new ArrayList<>();
  private final DBOptions database;
  private final ColumnFamilyOptions records;
  private final ColumnFamilyOptions content;
  private final ReadOptions scans;
  private final ReadOptions contentReads;

  RocksOptions(PersistenceSettings settings) {
    LRUCache cache = own(new LRUCache(settings.blockCacheBytes()));
    Logger logger = own(new Slf4jLogger());
    database = own(new DBOptions())
        .setCreateIfMissing(true)
        .setCreateMissingColumnFamilies(true)
        .setParanoidChecks(true)
        // Whether the log's end was torn or its middle damaged is judged before, by LogFileCheck.
        .setWalRecoveryMode(WALRecoveryMode.PointInTimeRecovery)
        // Syncing a write into a file that already has its length saves a third of the time: no metadata to sync.
        .setRecycleLogFileNum(MEMTABLES)
        .setMaxTotalWalSize((MEMTABLES + 1) * settings.memtableBytes())
        .setMaxBackgroundJobs(2)
        .setMaxOpenFiles(MAX_OPEN_FILES)
        .setStatsDumpPeriodSec(0)
        .setMaxManifestFileSize(1 << 20)
        // One writer at a time: its thread gains nothing from spinning for others.
        .setEnableWriteThreadAdaptiveYield(false)
        .setLogger(logger);
    records = own(new ColumnFamilyOptions())
        .setWriteBufferSize(settings.memtableBytes())
        .setMaxWriteBufferNumber(MEMTABLES)
        .setTargetFileSizeBase(TABLE_FILE_BYTES)
        .setMaxBytesForLevelBase(LEVEL_1_BYTES)
        .setCompressionType(CompressionType.NO_COMPRESSION)
        .setTableFormatConfig(new BlockBasedTableConfig().setBlockCache(cache));
    content = own(new ColumnFamilyOptions())
        .setWriteBufferSize(1 << 20) // never used: content comes in finished files
        .setCompressionType(CompressionType.NO_COMPRESSION)
        .setTableFormatConfig(new BlockBasedTableConfig().setBlockCache(cache));
    scans = own(new ReadOptions()).setReadaheadSize(SCAN_READAHEAD_BYTES).setFillCache(false);
    contentReads = own(new ReadOptions()).setFillCache(false);
  }

  DBOptions database() {
    return database;
  }

  ColumnFamilyOptions records() {
    return records;
  }

  ColumnFamilyOptions content() {
    return content;
  }

  ReadOptions scans() {
    return scans;
  }

  ReadOptions contentReads() {
    return contentReads;
  }

  @Override
  public void close() {
    Collections.reverse(owned);
    owned.forEach(AbstractNativeReference::close);
    owned.clear();
  }

  private <T extends AbstractNativeReference> T own(T reference) {
    owned.add(reference);
    return reference;
  }

  /** RocksDB's own log, among ours: a refused folder is then left without so much as a new log file. */
  private static final class Slf4jLogger extends Logger {
    Slf4jLogger() {
      super(InfoLogLevel.WARN_LEVEL);
    }

    @Override
    protected void log(InfoLogLevel level, String message) {
      switch (level) {
        case WARN_LEVEL -> LOG.info(message); // mostly about log files that are used again, which is as it should be
        case ERROR_LEVEL, FATAL_LEVEL -> LOG.error(message);
        default -> LOG.debug(message);
      }
    }
  }
}
