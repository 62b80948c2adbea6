package io.flotilla.mapreduce.child;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigRenderOptions;
import io.flotilla.mapreduce.engine.TaskEnvironment;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What children may use: the block {@code flotilla.mapreduce.child}, which explains each key.
 *
 * @param folder where this node keeps what children need and what they print
 * @param arguments what each is told
 * @param heap as {@code -Xmx} takes it
 * @param busyTimeout after which a child that works and says nothing at all is taken for stopped
 * @param startTimeout after which a child that has not come up is given up
 * @param idleTimeout after which a child that has nothing to do ends
 * @param logBytes of what a job prints on this node
 * @param logs jobs of which the output is kept
 */
record ChildSettings(Path folder, ChildArguments arguments, String heap, Duration busyTimeout, Duration startTimeout, Duration idleTimeout,
    long logBytes, int logs) {
  private static final String BLOCK = "flotilla.mapreduce.";
  /** A child tells by itself when its task hangs; one that does not even do that is stopped, or busy collecting garbage. */
  private static final Duration FROZEN = Duration.ofSeconds(5);
  private static final long MIN_HEAP_BYTES = 8 * 1024 * 1024;

  /**
   * Reads the block.
   *
   * @throws IllegalArgumentException a value is malformed or out of its range; names key, value and range
   */
  static ChildSettings from(Config config, Path folder, TaskEnvironment environment) {
    Config block = config.getConfig("flotilla.mapreduce");
    try {
      long heapBytes = block.getBytes("child.heap");
      if (heapBytes < MIN_HEAP_BYTES) {
        throw new IllegalArgumentException("%schild.heap = %d bytes, allowed is at least %d".formatted(BLOCK, heapBytes, MIN_HEAP_BYTES));
      }
      ChildArguments arguments = new ChildArguments(environment.node(), environment.folder().root(),
          config.withOnlyPath("flotilla.mapreduce").root().render(ConfigRenderOptions.concise()));
      return new ChildSettings(folder, arguments, Long.toString(heapBytes), environment.settings().taskTimeout().plus(FROZEN),
          positive(block, "child.start-timeout"), positive(block, "child.idle-timeout"), block.getBytes("child.log-size"),
          block.getInt("child.logs"));
    } catch (ConfigException malformed) {
      throw new IllegalArgumentException("%s* cannot be read: %s".formatted(BLOCK, malformed.getMessage()), malformed);
    }
  }

  private static Duration positive(Config block, String key) {
    Duration duration = block.getDuration(key);
    if (!duration.isPositive()) {
      throw new IllegalArgumentException("%s%s = %s, allowed is any time above 0".formatted(BLOCK, key, duration));
    }
    return duration;
  }
}
