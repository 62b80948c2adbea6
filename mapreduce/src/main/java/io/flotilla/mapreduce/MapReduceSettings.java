package io.flotilla.mapreduce;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * What a task may use and how jobs are cut: the block {@code flotilla.mapreduce}, which explains each key.
 *
 * @param defaultReducers 0: one for each slot
 * @param taskTimeout how long an attempt may stand still
 * @param directory empty: in the node's data folder
 */
public record MapReduceSettings(long minSplitBytes, long maxSplitBytes, int defaultReducers, int maxRecordBytes,
    OversizedRecords oversizedRecords, int sortBufferBytes, int mergeFactor, Duration taskTimeout, String directory, Shuffle shuffle) {
  public static final int MAX_REDUCERS = 10_000;

  private static final String BLOCK = "flotilla.mapreduce.";
  private static final long KIB = 1024;
  private static final long MIB = 1024 * KIB;

  /** What becomes of a record over the limit. */
  public enum OversizedRecords {
    FAIL, SKIP
  }

  /** How map output gets to the reduce tasks. */
  public record Shuffle(String host, int parallelFetches, int bufferBytes, int attempts, Duration minBackoff, Duration maxBackoff,
      Duration timeout) {
    public Shuffle {
      if (minBackoff.compareTo(maxBackoff) > 0) {
        throw tooLarge("shuffle.retry-backoff.min", minBackoff.toMillis() + " ms", "shuffle.retry-backoff.max", maxBackoff.toMillis() + " ms");
      }
    }
  }

  public MapReduceSettings {
    if (minSplitBytes > maxSplitBytes) {
      throw tooLarge("split-size.min", minSplitBytes + " bytes", "split-size.max", maxSplitBytes + " bytes");
    }
    if (2L * maxRecordBytes > sortBufferBytes) {
      throw tooLarge("max-record-size", maxRecordBytes + " bytes", "sort-buffer", "half of " + sortBufferBytes + " bytes");
    }
  }

  /**
   * Reads the block.
   *
   * @throws IllegalArgumentException a value is missing, malformed or out of its range; names key, value and range
   */
  public static MapReduceSettings from(Config config) {
    return new MapReduceSettings(
        size(config, "split-size.min", 1, 1024 * MIB),
        size(config, "split-size.max", 1, 16 * 1024 * MIB),
        (int) number(config, "default-reducers", 0, MAX_REDUCERS),
        (int) size(config, "max-record-size", 1, 512 * MIB),
        oversized(config),
        (int) size(config, "sort-buffer", 2, 1024 * MIB),
        (int) number(config, "merge-factor", 2, 1000),
        duration(config, "task-timeout", Duration.ofMillis(100), Duration.ofDays(1)),
        read("directory", () -> config.getString(BLOCK + "directory")),
        shuffle(config));
  }

  private static Shuffle shuffle(Config config) {
    return new Shuffle(
        read("shuffle.host", () -> config.getString(BLOCK + "shuffle.host")),
        (int) number(config, "shuffle.parallel-fetches", 1, 64),
        (int) size(config, "shuffle.buffer", 0, 1024 * MIB),
        (int) number(config, "shuffle.attempts", 1, 100),
        duration(config, "shuffle.retry-backoff.min", Duration.ofMillis(1), Duration.ofMinutes(1)),
        duration(config, "shuffle.retry-backoff.max", Duration.ofMillis(1), Duration.ofMinutes(10)),
        duration(config, "shuffle.timeout", Duration.ofMillis(10), Duration.ofMinutes(10)));
  }

  private static OversizedRecords oversized(Config config) {
    String value = read("oversized-records", () -> config.getString(BLOCK + "oversized-records"));
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "fail" -> OversizedRecords.FAIL;
      case "skip" -> OversizedRecords.SKIP;
      default -> throw new IllegalArgumentException("%soversized-records is fail or skip, not %s".formatted(BLOCK, value));
    };
  }

  private static IllegalArgumentException tooLarge(String key, String value, String limitKey, String limit) {
    return new IllegalArgumentException("%s%s (%s) must not be more than %s%s (%s)".formatted(BLOCK, key, value, BLOCK, limitKey, limit));
  }

  private static long size(Config config, String key, long min, long max) {
    return inRange(key, read(key, () -> config.getBytes(BLOCK + key)), min, max, " bytes");
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
