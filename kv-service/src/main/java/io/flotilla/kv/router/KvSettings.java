package io.flotilla.kv.router;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.flotilla.kv.codec.WriteCommand;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * The block {@code flotilla.kv}, which explains each key.
 *
 * @param bounds what travels with each write
 * @param shards how many parts the keys are divided into
 */
public record KvSettings(WriteCommand.Bounds bounds, int shards, Duration requestTimeout, Duration attemptTimeout,
    Duration silenceTimeout, int maxPendingOperations, long maxPendingBytes, long maxPendingAnswerBytes) {
  private static final String BLOCK = "flotilla.kv.";
  private static final long MIB = 1024 * 1024;

  /**
   * Reads the block.
   *
   * @throws IllegalArgumentException a value is missing, malformed or out of its range; names key, value and range
   */
  public static KvSettings from(Config config) {
    WriteCommand.Bounds bounds = new WriteCommand.Bounds(
        size(config, "max-value-size", 1, 64 * MIB),
        duration(config, "session-timeout", Duration.ofMinutes(1), Duration.ofDays(7)).toMillis(),
        (int) number(config, "max-sessions", 100, 1_000_000));
    return new KvSettings(bounds,
        (int) number(config, "shards", 1, 1),
        duration(config, "request-timeout", Duration.ofMillis(100), Duration.ofMinutes(1)),
        duration(config, "attempt-timeout", Duration.ofMillis(50), Duration.ofMinutes(1)),
        duration(config, "silence-timeout", Duration.ofMillis(50), Duration.ofMinutes(1)),
        (int) number(config, "max-pending-operations", 1, 1_000_000),
        size(config, "max-pending-size", MIB, 64 * 1024 * MIB),
        size(config, "max-pending-answer-size", MIB, 64 * 1024 * MIB));
  }

  public KvSettings {
    requireOrder("silence-timeout", silenceTimeout, "attempt-timeout", attemptTimeout);
    requireOrder("attempt-timeout", attemptTimeout, "request-timeout", requestTimeout);
    if (maxPendingBytes < bounds.maxValueBytes()) {
      throw new IllegalArgumentException("%smax-pending-size (%d bytes) must hold a value of %smax-value-size (%d bytes)"
          .formatted(BLOCK, maxPendingBytes, BLOCK, bounds.maxValueBytes()));
    }
  }

  private static void requireOrder(String shorterKey, Duration shorter, String longerKey, Duration longer) {
    if (shorter.compareTo(longer) > 0) {
      throw new IllegalArgumentException("%s%s (%d ms) must not be longer than %s%s (%d ms)"
          .formatted(BLOCK, shorterKey, shorter.toMillis(), BLOCK, longerKey, longer.toMillis()));
    }
  }

  private static long size(Config config, String key, long min, long max) {
    return inRange(config, key, () -> config.getBytes(BLOCK + key), min, max, " bytes");
  }

  private static long number(Config config, String key, long min, long max) {
    return inRange(config, key, () -> config.getLong(BLOCK + key), min, max, "");
  }

  private static Duration duration(Config config, String key, Duration min, Duration max) {
    return Duration.ofMillis(
        inRange(config, key, () -> config.getDuration(BLOCK + key).toMillis(), min.toMillis(), max.toMillis(), " ms"));
  }

  private static long inRange(Config config, String key, Supplier<Long> reader, long min, long max, String unit) {
    try {
      long value = reader.get();
      if (value >= min && value <= max) {
        return value;
      }
      throw refused(config, key, min, max, unit, null);
    } catch (ConfigException.WrongType | ConfigException.BadValue e) {
      throw refused(config, key, min, max, unit, e);
    }
  }

  private static IllegalArgumentException refused(Config config, String key, long min, long max, String unit, Throwable cause) {
    return new IllegalArgumentException("%s%s = %s, allowed is from %d to %d%s"
        .formatted(BLOCK, key, config.getValue(BLOCK + key).unwrapped(), min, max, unit), cause);
  }
}
