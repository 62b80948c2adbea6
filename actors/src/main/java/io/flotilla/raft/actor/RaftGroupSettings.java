package io.flotilla.raft.actor;

import com.typesafe.config.Config;
import io.flotilla.raft.RaftSettings;
import io.flotilla.settings.SettingsReader;
import java.time.Duration;
import java.util.Collections;
import java.util.List;

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
    SettingsReader reader = SettingsReader.ofBlock(config, "flotilla.raft");
    return new RaftGroupSettings(raft(reader),
        reader.number("snapshot-after-entries", 0, Long.MAX_VALUE),
        reader.size("snapshot-after-size", 0, GIB),
        (int) reader.size("snapshot-chunk-size", KIB, MIB),
        reader.size("max-write-size", KIB, GIB),
        reader.size("max-in-flight-size", MIB, Runtime.getRuntime().maxMemory()),
        reader.size("max-command-size", 1, 64 * MIB),
        maxStateBytes(reader),
        reader.integer("max-waiting-reads", 1, Integer.MAX_VALUE),
        reader.integer("max-restarts", 0, 1000),
        reader.duration("restart-backoff-min"),
        reader.duration("restart-backoff-max"),
        reader.anyText("journal-plugin"),
        reader.anyText("snapshot-plugin"));
  }

  private static RaftSettings raft(SettingsReader reader) {
    Duration electionTimeoutMin = reader.duration("election-timeout-min");
    double drift = reader.decimal("lease-clock-drift", 0, MAX_LEASE_DRIFT);
    Duration heartbeatInterval = reader.duration("heartbeat-interval");
    Duration thriftyDelay = Collections.min(List.of(reader.duration("thrifty-delay"), heartbeatInterval));
    Duration lease = Duration.ofNanos((long) (electionTimeoutMin.toNanos() * (1 - drift)) - 1);
    return new RaftSettings(heartbeatInterval, electionTimeoutMin, reader.duration("election-timeout-max"),
        reader.size("max-append-size", 1, GIB), reader.integer("max-append-entries", 1, Integer.MAX_VALUE),
        reader.integer("max-in-flight-appends", 1, Integer.MAX_VALUE), thriftyDelay,
        reader.integer("thrifty-entries", 1, Integer.MAX_VALUE), lease, reader.number("retain-entries", 0, Integer.MAX_VALUE),
        reader.size("retain-size", 0, GIB));
  }

  private static long maxStateBytes(SettingsReader reader) {
    long configured = reader.size("max-state-size", 0, Long.MAX_VALUE);
    double share = reader.decimal("max-state-heap-share", 0, 1);
    return configured > 0 ? configured : (long) (Runtime.getRuntime().maxMemory() * share);
  }
}
