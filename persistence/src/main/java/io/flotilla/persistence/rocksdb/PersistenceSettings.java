package io.flotilla.persistence.rocksdb;

import com.typesafe.config.Config;
import io.flotilla.settings.SettingsReader;
import java.nio.file.Path;

/**
 * The block {@code flotilla.persistence}, read once at start.
 *
 * @param directory the node's data folder
 * @param fsync whether a write is acknowledged only once it is on disk
 * @param memtableBytes size of one write buffer
 * @param blockCacheBytes cache of blocks read from disk
 * @param maxGroupBytes waiting writes share one sync up to this size
 * @param keepSnapshots newest snapshots kept per persistence id, 0: all
 */
public record PersistenceSettings(
    Path directory, boolean fsync, long memtableBytes, long blockCacheBytes, long maxGroupBytes, int keepSnapshots) {
  private static final String AREA = "flotilla.persistence";
  private static final long MIN_MEMTABLE_BYTES = 1 << 20;

  private enum Fsync {
    ALWAYS, NEVER
  }

  /**
   * Reads and checks the settings.
   *
   * @throws IllegalArgumentException a value cannot work; the message names key, value and what is allowed
   */
  public static PersistenceSettings from(Config systemConfig) {
    SettingsReader reader = SettingsReader.ofBlock(systemConfig, AREA);
    return new PersistenceSettings(
        directory(reader),
        reader.choice("fsync", Fsync.class) == Fsync.ALWAYS,
        reader.size("memtable-size", MIN_MEMTABLE_BYTES, Long.MAX_VALUE),
        reader.size("block-cache-size", 0, Long.MAX_VALUE),
        reader.size("max-group-size", 1, Long.MAX_VALUE),
        reader.integer("snapshot-store.keep-snapshots", 0, Integer.MAX_VALUE));
  }

  private static Path directory(SettingsReader reader) {
    String directory = reader.anyText("directory");
    if (directory.isBlank()) {
      throw new IllegalArgumentException(AREA + ".directory is not set: it must name the folder for the node's data");
    }
    return Path.of(directory).toAbsolutePath();
  }
}
