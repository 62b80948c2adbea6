package io.flotilla.mapreduce;

import com.typesafe.config.ConfigFactory;

/** The defaults, but for some keys. */
public final class TestSettings {
  private TestSettings() {}

  /** Settings with lines as {@code sort-buffer = 1 KiB} laid over the defaults. */
  public static MapReduceSettings with(String... lines) {
    String block = "flotilla.mapreduce {\n" + String.join("\n", lines) + "\n}";
    return MapReduceSettings.from(ConfigFactory.parseString(block).withFallback(ConfigFactory.defaultReference()).resolve());
  }
}
