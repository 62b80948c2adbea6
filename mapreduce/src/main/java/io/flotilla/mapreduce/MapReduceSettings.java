package io.flotilla.mapreduce;

import com.typesafe.config.Config;
import io.flotilla.settings.SettingsReader;
import java.time.Duration;

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

  private static final String BLOCK = "flotilla.mapreduce";
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
    SettingsReader reader = SettingsReader.ofBlock(config, BLOCK);
    return new MapReduceSettings(
        reader.size("split-size.min", 1, 1024 * MIB),
        reader.size("split-size.max", 1, 16 * 1024 * MIB),
        reader.integer("default-reducers", 0, MAX_REDUCERS),
        (int) reader.size("max-record-size", 1, 512 * MIB),
        reader.choice("oversized-records", OversizedRecords.class),
        (int) reader.size("sort-buffer", 2, 1024 * MIB),
        reader.integer("merge-factor", 2, 1000),
        reader.duration("task-timeout", Duration.ofMillis(100), Duration.ofDays(1)),
        reader.anyText("directory"),
        shuffle(reader));
  }

  private static Shuffle shuffle(SettingsReader reader) {
    return new Shuffle(
        reader.anyText("shuffle.host"),
        reader.integer("shuffle.parallel-fetches", 1, 64),
        (int) reader.size("shuffle.buffer", 0, 1024 * MIB),
        reader.integer("shuffle.attempts", 1, 100),
        reader.duration("shuffle.retry-backoff.min", Duration.ofMillis(1), Duration.ofMinutes(1)),
        reader.duration("shuffle.retry-backoff.max", Duration.ofMillis(1), Duration.ofMinutes(10)),
        reader.duration("shuffle.timeout", Duration.ofMillis(10), Duration.ofMinutes(10)));
  }

  private static IllegalArgumentException tooLarge(String key, String value, String limitKey, String limit) {
    return new IllegalArgumentException("%s.%s (%s) must not be more than %s.%s (%s)".formatted(BLOCK, key, value, BLOCK, limitKey, limit));
  }
}
