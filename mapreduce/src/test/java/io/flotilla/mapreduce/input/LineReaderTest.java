package io.flotilla.mapreduce.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.mapreduce.InputRange;
import io.flotilla.mapreduce.MapReduceSettings.OversizedRecords;
import io.flotilla.mapreduce.api.Bytes;
import io.flotilla.mapreduce.api.InputFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineReaderTest {
  @TempDir
  private Path folder;

  @ParameterizedTest(name = "\"{0}\"")
  @ValueSource(strings = {"", "\\n", "a", "a\\n", "\\n\\n", "a\\nb", "one\\n\\ntwo\\nthree\\n", "\\nx", "x\\r\\ny\\r\\n", "long line here\\nb\\nc"})
  void aFileCutAtAnyTwoPlacesGivesEachLineOnce(String escaped) throws Exception {
    byte[] content = escaped.replace("\\n", "\n").replace("\\r", "\r").getBytes(StandardCharsets.UTF_8);
    Path file = Files.write(folder.resolve("file"), content);
    List<String> expected = reference(content);
    for (int first = 0; first <= content.length; first++) {
      for (int second = first; second <= content.length; second++) {
        List<String> lines = new ArrayList<>();
        lines.addAll(read(file, 0, first));
        lines.addAll(read(file, first, second));
        lines.addAll(read(file, second, content.length));
        assertThat(lines).as("cut at %d and %d", first, second).isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void aLargeFileCutAtRandomGivesEachLineOnce(long seed) throws Exception {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder();
    while (text.length() < 700_000) {
      text.append("x".repeat(random.nextInt(random.nextInt(20) == 0 ? 200_000 : 90))).append('\n');
    }
    byte[] content = text.toString().getBytes(StandardCharsets.UTF_8);
    Path file = Files.write(folder.resolve("file"), content);
    List<String> lines = new ArrayList<>();
    for (int from = 0; from < content.length;) {
      int to = Math.min(content.length, from + 1 + random.nextInt(100_000));
      lines.addAll(read(file, from, to));
      from = to;
    }
    assertThat(lines).isEqualTo(reference(content));
  }

  @Test
  void aLineOverTheLimitFailsAndSaysWhereItIs() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "ab\n12345\ncd\n");
    assertThatThrownBy(() -> read(InputFormat.lines(), file, 4, OversizedRecords.FAIL))
        .isInstanceOf(OversizedRecordException.class)
        .hasMessageContaining("byte 3 of " + file)
        .hasMessageContaining("4 bytes")
        .hasMessageContaining("flotilla.mapreduce.max-record-size");
  }

  @ParameterizedTest(name = "a line of {0} bytes where 100 are allowed")
  @ValueSource(ints = {101, 5_000, 200_000, 1_000_000})
  void aLineOverTheLimitIsSkippedAndCountedIfConfigured(int length) throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "ab\n" + "x".repeat(length) + "\n" + "y".repeat(100) + "\ncd");
    try (RecordReader<Long, String> reader = open(InputFormat.lines(), file, 0, Files.size(file), 100, OversizedRecords.SKIP)) {
      List<String> lines = new ArrayList<>();
      while (reader.next()) {
        lines.add(reader.value());
      }
      assertThat(lines).containsExactly("ab", "y".repeat(100), "cd");
      assertThat(reader.skippedRecords()).isEqualTo(1);
      assertThat(reader.bytesRead()).isEqualTo(Files.size(file));
    }
  }

  @Test
  void malformedBytesAreReplacedAndSuchLinesCounted() throws Exception {
    byte[] content = "gr\u00FCn\n?\n\uFFFD\nok\n".getBytes(StandardCharsets.UTF_8);
    content[6] = (byte) 0xC3;
    Path file = Files.write(folder.resolve("file"), content);
    try (RecordReader<Long, String> reader = open(InputFormat.lines(), file, 0, content.length, 100, OversizedRecords.FAIL)) {
      List<String> lines = new ArrayList<>();
      while (reader.next()) {
        lines.add(reader.value());
      }
      assertThat(lines).containsExactly("gr\u00FCn", "\uFFFD", "\uFFFD", "ok");
      assertThat(reader.malformedRecords()).isEqualTo(1);
    }
  }

  @Test
  void wholeFilesComeByNameAndHaveALimitToo() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "a\nb\n");
    try (RecordReader<String, Bytes> reader = open(InputFormat.wholeFiles(), file, 0, 4, 4, OversizedRecords.FAIL)) {
      assertThat(reader.next()).isTrue();
      assertThat(reader.key()).isEqualTo(file.toString());
      assertThat(reader.value()).hasToString("a\nb\n");
      assertThat(reader.next()).isFalse();
    }
    assertThatThrownBy(() -> read(InputFormat.wholeFiles(), file, 3, OversizedRecords.FAIL))
        .isInstanceOf(OversizedRecordException.class).hasMessageContaining("the file");
    assertThat(read(InputFormat.wholeFiles(), file, 3, OversizedRecords.SKIP)).isEmpty();
  }

  /** The slow, obvious version. */
  private static List<String> reference(byte[] content) {
    List<String> lines = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < content.length; i++) {
      if (content[i] == '\n') {
        lines.add(from + ":" + new String(content, from, i - from, StandardCharsets.UTF_8));
        from = i + 1;
      }
    }
    if (from < content.length) {
      lines.add(from + ":" + new String(content, from, content.length - from, StandardCharsets.UTF_8));
    }
    return lines;
  }

  private static List<String> read(Path file, long from, long to) throws IOException {
    try (RecordReader<Long, String> reader = open(InputFormat.lines(), file, from, to, 1 << 20, OversizedRecords.FAIL)) {
      List<String> lines = new ArrayList<>();
      while (reader.next()) {
        lines.add(reader.key() + ":" + reader.value());
      }
      return lines;
    }
  }

  private static <K, V> List<K> read(InputFormat<K, V> format, Path file, int maxBytes, OversizedRecords oversized) throws IOException {
    try (RecordReader<K, V> reader = open(format, file, 0, Files.size(file), maxBytes, oversized)) {
      List<K> keys = new ArrayList<>();
      while (reader.next()) {
        keys.add(reader.key());
      }
      return keys;
    }
  }

  private static <K, V> RecordReader<K, V> open(InputFormat<K, V> format, Path file, long from, long to, int maxBytes,
      OversizedRecords oversized) {
    return RecordReader.open(format, List.of(new InputRange.FileRange(file.toString(), from, to - from)),
        new InputAccess(maxBytes, oversized, Optional.empty()));
  }
}
