package io.flotilla.mapreduce;

import com.typesafe.config.Config;
import io.flotilla.mapreduce.coordinator.SchedulerSettings;
import io.flotilla.mapreduce.coordinator.SchedulerSettings.Backups;
import io.flotilla.settings.SettingsReader;
import java.time.Duration;
import java.util.OptionalInt;

/**
 * How coordinator and workers go about their work: the block {@code flotilla.mapreduce}, which explains each key.
 *
 * @param slots attempts at once on this node; empty: by the machine's processors and the heap
 */
public record CoordinationSettings(OptionalInt slots, Duration heartbeatInterval, SchedulerSettings scheduler) {
  private static final String BLOCK = "flotilla.mapreduce";

  /** Heartbeats that may be missing before somebody is not counted on any more. */
  private static final int SUSPECT_HEARTBEATS = 3;
  private static final Duration ANSWER = Duration.ofSeconds(2);
  private static final double MAX_BACKUP_FACTOR = 1000;
  private static final int CHUNK_BYTES = 128 * 1024;

  /**
   * Reads the block.
   *
   * @throws IllegalArgumentException a value is missing, malformed or out of its range; names key, value and range
   */
  public static CoordinationSettings from(Config config) {
    SettingsReader reader = SettingsReader.ofBlock(config, BLOCK);
    Duration heartbeat = reader.duration("heartbeat-interval", Duration.ofMillis(10), Duration.ofMinutes(1));
    Duration workerTimeout = reader.duration("worker-timeout", Duration.ofMillis(100), Duration.ofHours(1));
    long suspectMillis = heartbeat.toMillis() * SUSPECT_HEARTBEATS;
    if (workerTimeout.toMillis() < suspectMillis) {
      throw new IllegalArgumentException("%s.worker-timeout (%d ms) must be at least %d times %s.heartbeat-interval (%d ms)"
          .formatted(BLOCK, workerTimeout.toMillis(), SUSPECT_HEARTBEATS, BLOCK, heartbeat.toMillis()));
    }
    int maxAttempts = reader.integer("max-attempts", 1, 1000);
    SchedulerSettings scheduler = new SchedulerSettings(suspectMillis, workerTimeout.toMillis(),
        reader.duration("adoption-time", Duration.ZERO, Duration.ofMinutes(10)).toMillis(), ANSWER.toMillis(), maxAttempts,
        reader.integer("bad-record-attempts", 0, maxAttempts),
        reader.integer("max-bad-records", 0, 100_000),
        reader.integer("max-lost-outputs", 1, 1000),
        reader.integer("remembered-jobs", 0, 10_000), CHUNK_BYTES, backups(reader));
    return new CoordinationSettings(slots(reader), heartbeat, scheduler);
  }

  /**
   * Slots of this node.
   *
   * @param processors of the machine, which so many nodes share
   * @param heapBytes of this node, half of which is for tasks
   * @param taskBytes what the buffers of one task may take
   */
  public int slots(int processors, int nodesOnMachine, long heapBytes, long taskBytes) {
    int byProcessors = (processors + nodesOnMachine - 1) / nodesOnMachine;
    return slots.orElseGet(() -> (int) Math.max(1, Math.min(byProcessors, heapBytes / 2 / taskBytes)));
  }

  /** Silence of a coordinator after which a worker believes it gone. */
  public Duration coordinatorSilence() {
    return heartbeatInterval.multipliedBy(SUSPECT_HEARTBEATS);
  }

  private static Backups backups(SettingsReader reader) {
    return new Backups(reader.isOn("backup.enabled"), reader.decimal("backup.factor", 1, MAX_BACKUP_FACTOR),
        reader.duration("backup.after", Duration.ZERO, Duration.ofDays(1)).toMillis());
  }

  private static OptionalInt slots(SettingsReader reader) {
    return reader.isAuto("slots") ? OptionalInt.empty() : OptionalInt.of(reader.integer("slots", 1, 1000));
  }
}
