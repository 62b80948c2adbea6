package io.flotilla.mapreduce;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.flotilla.mapreduce.coordinator.SchedulerSettings;
import io.flotilla.mapreduce.coordinator.SchedulerSettings.Backups;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * How coordinator and workers go about their work: the block {@code flotilla.mapreduce}, which explains each key.
 *
 * @param slots attempts at once on this node; empty: by the machine's processors and the heap
 */
public record CoordinationSettings(OptionalInt slots, Duration heartbeatInterval, SchedulerSettings scheduler) {
  private static final String BLOCK = "flotilla.mapreduce.";

  /** Heartbeats that may be missing before somebody is not counted on any more. */
  private static final int SUSPECT_HEARTBEATS = 3;
  private static final Duration SUBMIT_ANSWER = Duration.ofSeconds(2);
  private static final int CHUNK_BYTES = 128 * 1024;

  /**
   * Reads the block.
   *
   * @throws IllegalArgumentException a value is missing, malformed or out of its range; names key, value and range
   */
  public static CoordinationSettings from(Config config) {
    Duration heartbeat = duration(config, "heartbeat-interval", Duration.ofMillis(10), Duration.ofMinutes(1));
    Duration workerTimeout = duration(config, "worker-timeout", Duration.ofMillis(100), Duration.ofHours(1));
    long suspectMillis = heartbeat.toMillis() * SUSPECT_HEARTBEATS;
    if (workerTimeout.toMillis() < suspectMillis) {
      throw new IllegalArgumentException("%sworker-timeout (%d ms) must be at least %d times %sheartbeat-interval (%d ms)"
          .formatted(BLOCK, workerTimeout.toMillis(), SUSPECT_HEARTBEATS, BLOCK, heartbeat.toMillis()));
    }
    int maxAttempts = (int) number(config, "max-attempts", 1, 1000);
    SchedulerSettings scheduler = new SchedulerSettings(suspectMillis, workerTimeout.toMillis(),
        duration(config, "adoption-time", Duration.ZERO, Duration.ofMinutes(10)).toMillis(), SUBMIT_ANSWER.toMillis(), maxAttempts,
        (int) number(config, "bad-record-attempts", 0, maxAttempts),
        (int) number(config, "max-bad-records", 0, 100_000),
        (int) number(config, "max-lost-outputs", 1, 1000),
        (int) number(config, "remembered-jobs", 0, 10_000), CHUNK_BYTES, backups(config));
    return new CoordinationSettings(slots(config), heartbeat, scheduler);
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

  private static Backups backups(Config config) {
    double factor = read("backup.factor", () -> config.getDouble(BLOCK + "backup.factor"));
    if (!(factor >= 1)) {
      throw new IllegalArgumentException("%sbackup.factor is 1 or more, not %s".formatted(BLOCK, factor));
    }
    return new Backups(read("backup.enabled", () -> config.getBoolean(BLOCK + "backup.enabled")), factor,
        duration(config, "backup.after", Duration.ZERO, Duration.ofDays(1)).toMillis());
  }

  private static OptionalInt slots(Config config) {
    boolean isAuto = read("slots", () -> config.getString(BLOCK + "slots")).equals("auto");
    return isAuto ? OptionalInt.empty() : OptionalInt.of((int) number(config, "slots", 1, 1000));
  }

  private static long number(Config config, String key, long min, long max) {
    return inRange(key, read(key, () -> config.getLong(BLOCK + key)), min, max, "");
  }

  private static Duration duration(Config config, String key, Duration min, Duration max) {
    long millis = read(key, () -> config.getDuration(BLOCK + key)).toMillis();
    return Duration.ofMillis(inRange(key, millis, min.toMillis(), max.toMillis(), " ms"));
  }

  private static <T> T read(String key, Supplier<T> reader) {
    try {
      return reader.get();
    } catch (ConfigException e) {
      throw new IllegalArgumentException("%s%s cannot be read: %s".formatted(BLOCK, key, e.getMessage()), e);
    }
  }

  private static long inRange(String key, long value, long min, long max, String unit) {
    if (value < min || value > max) {
      throw new IllegalArgumentException("%s%s is from %d to %d%s, not %d".formatted(BLOCK, key, min, max, unit, value));
    }
    return value;
  }
}
