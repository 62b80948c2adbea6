package io.flotilla.mapreduce.child;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigRenderOptions;
import io.flotilla.mapreduce.engine.TaskEnvironment;
import io.flotilla.settings.SettingsReader;
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
  private static final String BLOCK = "flotilla.mapreduce";
  /** A child tells by itself when its task hangs; one that does not even do that is stopped, or busy collecting garbage. */
  private static final Duration FROZEN = Duration.ofSeconds(5);
  private static final long MIN_HEAP_BYTES = 8 * 1024 * 1024;

  /**
   * Reads the block.
   *
   * @throws IllegalArgumentException a value is malformed or out of its range; names key, value and range
   */
  static ChildSettings from(Config config, Path folder, TaskEnvironment environment) {
    SettingsReader reader = SettingsReader.ofBlock(config, BLOCK + ".child");
    ChildArguments arguments = new ChildArguments(environment.node(), environment.folder().root(),
        config.withOnlyPath(BLOCK).root().render(ConfigRenderOptions.concise()));
    return new ChildSettings(folder, arguments, Long.toString(reader.size("heap", MIN_HEAP_BYTES, Long.MAX_VALUE)),
        environment.settings().taskTimeout().plus(FROZEN), reader.duration("start-timeout"), reader.duration("idle-timeout"),
        reader.size("log-size", 0, Long.MAX_VALUE), reader.integer("logs", 0, Integer.MAX_VALUE));
  }
}
