package io.flotilla.raft.actor;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.flotilla.raft.RaftSettings;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * The block {@code flotilla.raft}, read once and checked. Sizes in bytes.
 *
 * @param raft what the algorithm itself needs
 * @param snapshotAfterEntries applied entries between snapshots; 0: never take one
 * @param snapshotAfterBytes or this much of log, whichever comes first; 0: by entries alone
 * @param snapshotChunkBytes of a snapshot in one message
 * @param maxWriteBytes of entries in one journal event
 * @param maxInFlightBytes of commands taken in and not yet applied
 * @param maxCommandBytes of one command
 * @param maxStateBytes of the state machine in memory
 * @param maxWaitingReads reads not yet answered
 * @param maxRestarts of a replica that failed, one after another, before it stays stopped
 * @param restartBackoffMin pause before the first restart; doubles with each
 * @param restartBackoffMax longest pause; a replica that ran ten times as long begins anew
 * @param journalPluginId empty: Pekko Persistence's default
 * @param snapshotPluginId empty: Pekko Persistence's default
 */
public record RaftGroupSettings(RaftSettings raft, long snapshotAfterEntries, long snapshotAfterBytes, int snapshotChunkBytes,
    long maxWriteBytes, long maxInFlightBytes, long maxCommandBytes, long maxStateBytes, int maxWaitingReads, int maxRestarts,
    Duration restartBackoffMin, Duration restartBackoffMax, String journalPluginId, String snapshotPluginId) {
  /** Where the actors of all groups run. */
  static final String DISPATCHER = "flotilla.raft.dispatcher";

  private static final int KIB = 1024;
  private static final long MIB = 1024L * KIB;
  private static final long GIB = 1024 * MIB;
  private static final double MAX_LEASE_DRIFT = 0.9;

  /**
   * Reads the block.
   *
   * @param config the whole configuration, {@code flotilla.raft} in it
   * @throws IllegalArgumentException a value is missing, malformed or out of range: names the key, the value and the range
   */
  public static RaftGroupSettings from(Config config) {
    return new Reader(config).read();
  }

  /** Reads values by key, so that each complaint can name its own. */
  private record Reader(Config config) {
    RaftGroupSettings read() {
      return new RaftGroupSettings(raft(),
          number("snapshot-after-entries", 0, Long.MAX_VALUE),
          size("snapshot-after-size", 0, GIB),
          (int) size("snapshot-chunk-size", KIB, MIB),
          size("max-write-size", KIB, GIB),
          size("max-in-flight-size", MIB, Runtime.getRuntime().maxMemory()),
          size("max-command-size", 1, 64 * MIB),
          maxStateBytes(),
          (int) number("max-waiting-reads", 1, Integer.MAX_VALUE),
          (int) number("max-restarts", 0, 1000),
          duration("restart-backoff-min"),
          duration("restart-backoff-max"),
          text("journal-plugin"),
          text("snapshot-plugin"));
    }

    private RaftSettings raft() {
      Duration electionTimeoutMin = duration("election-timeout-min");
      double drift = fraction("lease-clock-drift", MAX_LEASE_DRIFT);
      Duration lease = Duration.ofNanos((long) (electionTimeoutMin.toNanos() * (1 - drift)) - 1);
      return new RaftSettings(duration("heartbeat-interval"), electionTimeoutMin, duration("election-timeout-max"),
          size("max-append-size", 1, GIB), (int) number("max-append-entries", 1, Integer.MAX_VALUE),
          (int) number("max-in-flight-appends", 1, Integer.MAX_VALUE), lease, number("retain-entries", 0, Integer.MAX_VALUE),
          size("retain-size", 0, GIB));
    }

    private long maxStateBytes() {
      long configured = size("max-state-size", 0, Long.MAX_VALUE);
      double share = fraction("max-state-heap-share", 1);
      return configured > 0 ? configured : (long) (Runtime.getRuntime().maxMemory() * share);
    }

    private Duration duration(String key) {
      Duration value = read(key, () -> config.getDuration(path(key)), "a positive time such as 50 ms");
      return check(key, value, value.isPositive(), "a positive time such as 50 ms");
    }

    private long number(String key, long min, long max) {
      String allowed = "a whole number from %d to %d".formatted(min, max);
      long value = read(key, () -> config.getLong(path(key)), allowed);
      return check(key, value, value >= min && value <= max, allowed);
    }

    private long size(String key, long min, long max) {
      String allowed = "a size such as 256 KiB, from %d to %d bytes".formatted(min, max);
      long value = read(key, () -> config.getBytes(path(key)), allowed);
      return check(key, value, value >= min && value <= max, allowed);
    }

    private double fraction(String key, double max) {
      String allowed = "a number from 0 to %s".formatted(max);
      double value = read(key, () -> config.getDouble(path(key)), allowed);
      return check(key, value, value >= 0 && value <= max, allowed);
    }

    private String text(String key) {
      return read(key, () -> config.getString(path(key)), "a text");
    }

    private <T> T read(String key, Supplier<T> value, String allowed) {
      try {
        return value.get();
      } catch (ConfigException malformed) {
        throw refused(key, allowed, malformed);
      }
    }

    private <T> T check(String key, T value, boolean allowed, String range) {
      if (!allowed) {
        throw refused(key, range, null);
      }
      return value;
    }

    private IllegalArgumentException refused(String key, String allowed, Throwable cause) {
      String found = config.hasPath(path(key)) ? config.getValue(path(key)).unwrapped().toString() : "missing";
      return new IllegalArgumentException("%s is %s; it must be %s".formatted(path(key), found, allowed), cause);
    }

    private static String path(String key) {
      return "flotilla.raft." + key;
    }
  }
}
