package io.flotilla.persistence.rocksdb;

import com.typesafe.config.Config;
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

  /**
   * Reads and checks the settings.
   *
   * @throws IllegalArgumentException a value cannot work; the message names key, value and what is allowed
   */
  public static PersistenceSettings from(Config systemConfig) {
    Config config = systemConfig.getConfig(AREA);
    return new PersistenceSettings(
        directory(config),
        fsync(config),
        atLeast(config, "memtable-size", MIN_MEMTABLE_BYTES),
        atLeast(config, "block-cache-size", 0),
        atLeast(config, "max-group-size", 1),
        keepSnapshots(config));
  }

  private static Path directory(Config config) {
    String directory = config.getString("directory");
    if (directory.isBlank()) {
      throw new IllegalArgumentException(AREA + ".directory is not set: it must name the folder for the node's data");
    }
    return Path.of(directory).toAbsolutePath();
  }

  private static boolean fsync(Config config) {
    String fsync = config.getString("fsync");
    return switch (fsync) {
      case "always" -> true;
      case "never" -> false;
      default -> throw refused("fsync", fsync, "always, never");
    };
  }

  private static long atLeast(Config config, String key, long min) {
    long bytes = config.getBytes(key);
    if (bytes < min) {
      throw refused(key, config.getString(key), "at least " + min + " bytes");
    }
    return bytes;
  }

  private static int keepSnapshots(Config config) {
    int keep = config.getInt("snapshot-store.keep-snapshots");
    if (keep < 0) {
      throw refused("snapshot-store.keep-snapshots", Integer.toString(keep), "0 (all) or more");
    }
    return keep;
  }

  private static IllegalArgumentException refused(String key, String value, String allowed) {
    return new IllegalArgumentException("%s.%s = %s: allowed is %s".formatted(AREA, key, value, allowed));
  }
}
