package io.flotilla.http;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.time.Duration;

/** Reads configuration values within their ranges: a refusal names key, value and range. */
public final class SettingsReader {
  private final Config root;

  public SettingsReader(Config root) {
    this.root = root;
  }

  public String text(String key) {
    String value = anyText(key);
    if (value.isBlank()) {
      throw refused(key, "a text that is not empty", null);
    }
    return value;
  }

  public String anyText(String key) {
    try {
      return root.getString(key);
    } catch (ConfigException.WrongType e) {
      throw refused(key, "a text", e);
    }
  }

  public boolean isAuto(String key) {
    return anyText(key).equals("auto");
  }

  public long number(String key, long min, long max) {
    String range = "a whole number from %d to %d".formatted(min, max);
    try {
      return within(key, root.getLong(key), min, max, range);
    } catch (ConfigException.WrongType e) {
      throw refused(key, range, e);
    }
  }

  public long bytes(String key, long min, long max) {
    String range = max == Long.MAX_VALUE ? "a size of %d bytes or more, such as 1 MiB".formatted(min)
        : "a size from %d to %d bytes, such as 1 MiB".formatted(min, max);
    try {
      return within(key, root.getBytes(key), min, max, range);
    } catch (ConfigException.WrongType | ConfigException.BadValue e) {
      throw refused(key, range, e);
    }
  }

  public Duration duration(String key, Duration min, Duration max) {
    String range = "a time from %d to %d ms, such as 250 ms".formatted(min.toMillis(), max.toMillis());
    try {
      Duration value = root.getDuration(key);
      if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
        throw refused(key, range, null);
      }
      return value;
    } catch (ConfigException.WrongType | ConfigException.BadValue e) {
      throw refused(key, range, e);
    }
  }

  private long within(String key, long value, long min, long max, String range) {
    if (value < min || value > max) {
      throw refused(key, range, null);
    }
    return value;
  }

  private ConfigException refused(String key, String range, Throwable cause) {
    return new ConfigException.Generic("%s = %s, allowed is %s".formatted(key, root.getValue(key).unwrapped(), range), cause);
  }
}
