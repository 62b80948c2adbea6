package io.flotilla.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Reads configuration values, each within its range, bounds included. Every method throws an {@link IllegalArgumentException} for a
 * value that is missing, malformed or out of range; the message names the key, the value as it was given, and what is allowed.
 */
public final class SettingsReader {
  /** The highest port of TCP. */
  public static final int MAX_PORT = 65_535;

  private static final long KIBIBYTE = 1024;

  private final Config root;
  private final String prefix;

  private SettingsReader(Config root, String prefix) {
    this.root = root;
    this.prefix = prefix;
  }

  /** Of the whole configuration: keys are full paths. */
  public static SettingsReader of(Config root) {
    return new SettingsReader(root, "");
  }

  /**
   * Of one block.
   *
   * @param root the whole configuration
   * @param block its path, such as {@code flotilla.kv}, to which keys are relative
   */
  public static SettingsReader ofBlock(Config root, String block) {
    return new SettingsReader(root, block + ".");
  }

  /** A text that is not blank. */
  public String text(String key) {
    return read(key, root::getString, text -> !text.isBlank(), "a text that is not empty");
  }

  /** A text, be it empty. */
  public String anyText(String key) {
    return read(key, root::getString, _ -> true, "a text");
  }

  /** Whether the value is left to the program. */
  public boolean isAuto(String key) {
    return anyText(key).equals("auto");
  }

  public boolean isOn(String key) {
    return read(key, root::getBoolean, _ -> true, "on or off");
  }

  /** One of an enum's constants, in lower case. */
  public <E extends Enum<E>> E choice(String key, Class<E> type) {
    String allowed = Arrays.stream(type.getEnumConstants()).map(SettingsReader::name).collect(Collectors.joining(" or "));
    return read(key, path -> constant(type, root.getString(path)), Optional::isPresent, allowed).orElseThrow();
  }

  private static <E extends Enum<E>> Optional<E> constant(Class<E> type, String name) {
    return Arrays.stream(type.getEnumConstants()).filter(constant -> name(constant).equals(name)).findFirst();
  }

  private static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  public int integer(String key, int min, int max) {
    return (int) number(key, min, max);
  }

  public long number(String key, long min, long max) {
    BigDecimal least = BigDecimal.valueOf(min);
    BigDecimal most = BigDecimal.valueOf(max);
    return read(key, path -> new BigDecimal(root.getString(path)), value -> value.compareTo(least) >= 0 && value.compareTo(most) <= 0
        && value.stripTrailingZeros().scale() <= 0, "a whole number from %d to %d".formatted(min, max)).longValueExact();
  }

  public double decimal(String key, double min, double max) {
    return read(key, root::getDouble, value -> value >= min && value <= max, "a number from %s to %s".formatted(min, max));
  }

  /** In bytes. */
  public long size(String key, long min, long max) {
    String range = max == Long.MAX_VALUE ? "of %d bytes or more".formatted(min) : "from %d to %d bytes".formatted(min, max);
    return read(key, root::getBytes, value -> value >= min && value <= max,
        "a size %s, such as %d KiB".formatted(range, Math.max(1, Math.ceilDiv(min, KIBIBYTE))));
  }

  public Duration duration(String key, Duration min, Duration max) {
    return read(key, root::getDuration, value -> value.compareTo(min) >= 0 && value.compareTo(max) <= 0,
        "a time from %d to %d ms, such as %d ms".formatted(min.toMillis(), max.toMillis(), min.toMillis()));
  }

  /** Of any length above nothing. */
  public Duration duration(String key) {
    return read(key, root::getDuration, Duration::isPositive, "a positive time, such as 250 ms");
  }

  private <T> T read(String key, Function<String, T> reader, Predicate<T> isAllowed, String allowed) {
    String path = prefix + key;
    T value;
    try {
      value = reader.apply(path);
    } catch (ConfigException | NumberFormatException malformed) {
      throw refused(path, allowed, malformed);
    }
    if (!isAllowed.test(value)) {
      throw refused(path, allowed, null);
    }
    return value;
  }

  private IllegalArgumentException refused(String path, String allowed, Throwable cause) {
    String found = root.hasPath(path) ? "= " + asGiven(path) : "is not set";
    return new IllegalArgumentException("%s %s, allowed is %s".formatted(path, found, allowed), cause);
  }

  private String asGiven(String path) {
    return switch (root.getValue(path).valueType()) {
      case OBJECT, LIST -> root.getValue(path).unwrapped().toString();
      case NUMBER, BOOLEAN, NULL, STRING -> root.getString(path);
    };
  }
}
