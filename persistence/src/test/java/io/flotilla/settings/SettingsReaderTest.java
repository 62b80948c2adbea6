package io.flotilla.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.Map;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsReaderTest {
  private enum Colour {
    DARK_RED, BLUE
  }

  private static final Map<String, BiConsumer<SettingsReader, String>> READS = Map.of(
      "text", SettingsReader::text,
      "on", SettingsReader::isOn,
      "choice", (reader, key) -> reader.choice(key, Colour.class),
      "integer", (reader, key) -> reader.integer(key, 2, 5),
      "number", (reader, key) -> reader.number(key, 0, Long.MAX_VALUE),
      "decimal", (reader, key) -> reader.decimal(key, 0.5, 1),
      "size", (reader, key) -> reader.size(key, 1024, 4096),
      "any-size", (reader, key) -> reader.size(key, 1, Long.MAX_VALUE),
      "duration", (reader, key) -> reader.duration(key, Duration.ofMillis(10), Duration.ofSeconds(1)),
      "any-duration", SettingsReader::duration);

  private static SettingsReader reader(String key, String value) {
    return SettingsReader.ofBlock(ConfigFactory.parseString("a.block.%s = %s".formatted(key, value)), "a.block");
  }

  @Test
  void readsWhatIsInRangeBoundsIncluded() {
    assertThat(reader("k", "word").text("k")).isEqualTo("word");
    assertThat(reader("k", "\"\"").anyText("k")).isEmpty();
    assertThat(reader("k", "auto").isAuto("k")).isTrue();
    assertThat(reader("k", "on").isOn("k")).isTrue();
    assertThat(reader("k", "blue").choice("k", Colour.class)).isEqualTo(Colour.BLUE);
    assertThat(reader("k", "2").integer("k", 2, 5)).isEqualTo(2);
    assertThat(reader("k", "5").number("k", 2, 5)).isEqualTo(5);
    assertThat(reader("k", "0.5").decimal("k", 0.5, 1)).isEqualTo(0.5);
    assertThat(reader("k", "4 KiB").size("k", 1024, 4096)).isEqualTo(4096);
    assertThat(reader("k", "10 ms").duration("k", Duration.ofMillis(10), Duration.ofSeconds(1))).isEqualTo(Duration.ofMillis(10));
    assertThat(reader("k", "1 ns").duration("k")).isEqualTo(Duration.ofNanos(1));
    assertThat(SettingsReader.of(ConfigFactory.parseString("a.k = 7")).integer("a.k", 0, 9)).isEqualTo(7);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "text         | \"\"      | = , allowed is a text that is not empty",
      "on           | perhaps | = perhaps, allowed is on or off",
      "choice       | green   | = green, allowed is dark_red or blue",
      "choice       | BLUE    | = BLUE, allowed is dark_red or blue",
      "integer      | 1       | = 1, allowed is a whole number from 2 to 5",
      "integer      | 6       | = 6, allowed is a whole number from 2 to 5",
      "integer      | 2.5     | = 2.5, allowed is a whole number from 2 to 5",
      "number       | 9223372036854775808 | = 9223372036854775808, allowed is a whole number from 0 to 9223372036854775807",
      "number       | 1e999999999 | = 1e999999999, allowed is a whole number from 0 to 9223372036854775807",
      "integer      | many    | = many, allowed is a whole number from 2 to 5",
      "decimal      | 0.4     | = 0.4, allowed is a number from 0.5 to 1.0",
      "decimal      | NaN     | = NaN, allowed is a number from 0.5 to 1.0",
      "size         | 5 KiB   | = 5 KiB, allowed is a size from 1024 to 4096 bytes, such as 1 KiB",
      "size         | big     | = big, allowed is a size from 1024 to 4096 bytes, such as 1 KiB",
      "any-size     | 0       | = 0, allowed is a size of 1 bytes or more, such as 1 KiB",
      "duration     | 2 s     | = 2 s, allowed is a time from 10 to 1000 ms, such as 10 ms",
      "duration     | soon    | = soon, allowed is a time from 10 to 1000 ms, such as 10 ms",
      "any-duration | -5 ms   | = -5 ms, allowed is a positive time, such as 250 ms",
      "duration     | null    | is not set, allowed is a time from 10 to 1000 ms, such as 10 ms"})
  void refusesWithKeyValueAndWhatIsAllowed(String read, String value, String complaint) {
    assertThatThrownBy(() -> READS.get(read).accept(reader("some.key", value), "some.key"))
        .isInstanceOf(IllegalArgumentException.class).hasMessage("a.block.some.key " + complaint);
  }
}
