package io.flotilla.kv.router;

import com.typesafe.config.Config;
import io.flotilla.kv.codec.WriteCommand;
import io.flotilla.settings.SettingsReader;
import java.time.Duration;

/**
 * The block {@code flotilla.kv}, which explains each key.
 *
 * @param bounds what travels with each write
 * @param shards how many parts the keys are divided into
 */
public record KvSettings(WriteCommand.Bounds bounds, int shards, Duration requestTimeout, Duration attemptTimeout,
    Duration silenceTimeout, int maxPendingOperations, long maxPendingBytes, long maxPendingAnswerBytes) {
  private static final String BLOCK = "flotilla.kv";
  private static final long MIB = 1024 * 1024;

  /**
   * Reads the block.
   *
   * @throws IllegalArgumentException a value is missing, malformed or out of its range; names key, value and range
   */
  public static KvSettings from(Config config) {
    SettingsReader reader = SettingsReader.ofBlock(config, BLOCK);
    WriteCommand.Bounds bounds = new WriteCommand.Bounds(
        reader.size("max-value-size", 1, 64 * MIB),
        reader.duration("session-timeout", Duration.ofMinutes(1), Duration.ofDays(7)).toMillis(),
        reader.integer("max-sessions", 100, 1_000_000));
    return new KvSettings(bounds,
        reader.integer("shards", 1, 1),
        reader.duration("request-timeout", Duration.ofMillis(100), Duration.ofMinutes(1)),
        reader.duration("attempt-timeout", Duration.ofMillis(50), Duration.ofMinutes(1)),
        reader.duration("silence-timeout", Duration.ofMillis(50), Duration.ofMinutes(1)),
        reader.integer("max-pending-operations", 1, 1_000_000),
        reader.size("max-pending-size", MIB, 64 * 1024 * MIB),
        reader.size("max-pending-answer-size", MIB, 64 * 1024 * MIB));
  }

  public KvSettings {
    requireOrder("silence-timeout", silenceTimeout, "attempt-timeout", attemptTimeout);
    requireOrder("attempt-timeout", attemptTimeout, "request-timeout", requestTimeout);
    if (maxPendingBytes < bounds.maxValueBytes()) {
      throw new IllegalArgumentException("%s.max-pending-size (%d bytes) must hold a value of %s.max-value-size (%d bytes)"
          .formatted(BLOCK, maxPendingBytes, BLOCK, bounds.maxValueBytes()));
    }
  }

  private static void requireOrder(String shorterKey, Duration shorter, String longerKey, Duration longer) {
    if (shorter.compareTo(longer) > 0) {
      throw new IllegalArgumentException("%s.%s (%d ms) must not be longer than %s.%s (%d ms)"
          .formatted(BLOCK, shorterKey, shorter.toMillis(), BLOCK, longerKey, longer.toMillis()));
    }
  }
}
