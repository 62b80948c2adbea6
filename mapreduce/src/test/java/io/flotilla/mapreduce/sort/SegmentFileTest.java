package io.flotilla.mapreduce.sort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.mapreduce.api.Codecs;
import io.flotilla.mapreduce.api.KeyOrder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentFileTest {
  @TempDir
  private Path folder;

  @ParameterizedTest(name = "values up to {0} bytes")
  @ValueSource(ints = {0, 1, 127, 128, 1_000, 70_000, 300_000})
  void whatIsWrittenIsReadWhateverItsSize(int valueBytes) throws Exception {
    Random random = new Random(valueBytes);
    List<List<String>> expected = new ArrayList<>();
    Path path = folder.resolve("segments");
    try (SegmentFileWriter writer = new SegmentFileWriter(path)) {
      for (int segment = 0; segment < 3; segment++) {
        expected.add(new ArrayList<>());
        for (int i = 0; i < segment * 40; i++) {
          byte[] key = new byte[random.nextInt(20)];
          byte[] value = new byte[random.nextInt(valueBytes + 1)];
          random.nextBytes(key);
          random.nextBytes(value);
          writer.append(key, 0, key.length, value, 0, value.length);
          expected.get(segment).add(Records.text(key) + "=" + Records.text(value));
        }
        writer.endSegment();
      }
      writer.finish();
    }
    SegmentFile file = SegmentFile.open(path);
    assertThat(file.segments().stream().map(SegmentFile.Segment::records)).containsExactly(0L, 40L, 80L);
    for (int segment = 0; segment < 3; segment++) {
      try (RecordCursor cursor = SegmentCursor.ofFile(file, segment)) {
        assertThat(Records.drain(cursor)).isEqualTo(expected.get(segment));
      }
      byte[] bytes = Files.readAllBytes(path);
      SegmentFile.Segment at = file.segments().get(segment);
      byte[] inMemory = Arrays.copyOfRange(bytes, (int) at.offset(), (int) (at.offset() + at.lengthBytes()));
      assertThat(Records.drain(SegmentCursor.ofMemory(inMemory))).isEqualTo(expected.get(segment));
    }
  }

  @Test
  void aByteThatChangedAnywhereIsNoticed() throws Exception {
    Path path = write(List.of("a=1", "b=2", "c=3"));
    byte[] sound = Files.readAllBytes(path);
    for (int at = 0; at < sound.length; at++) {
      byte[] damaged = sound.clone();
      damaged[at] ^= 0x10;
      Files.write(path, damaged);
      assertThatThrownBy(() -> {
        try (RecordCursor cursor = SegmentCursor.ofFile(SegmentFile.open(path), 0)) {
          Records.drain(cursor);
        }
      }).as("byte %d", at).isInstanceOf(CorruptSegmentException.class);
    }
  }

  @Test
  void aFileThatIsCutShortIsNoticed() throws Exception {
    Path path = write(List.of("a=1", "b=2", "c=3"));
    byte[] sound = Files.readAllBytes(path);
    for (int length = 0; length < sound.length; length++) {
      Files.write(path, Arrays.copyOf(sound, length));
      assertThatThrownBy(() -> SegmentFile.open(path)).as("%d bytes", length).isInstanceOf(CorruptSegmentException.class);
    }
  }

  @Test
  void aFileIsNotThereBeforeItIsWhole() throws Exception {
    Path path = folder.resolve("segments");
    try (SegmentFileWriter writer = new SegmentFileWriter(path)) {
      writer.append(new byte[1], 0, 1, new byte[1], 0, 1);
      assertThat(path).doesNotExist();
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void severalFilesMergeIntoGroupsOfEqualKeysWhoseValuesMayBeLeftUnread() throws Exception {
    List<RecordCursor> cursors = List.of(open("one", List.of("a=1", "b=2", "c=3")), open("two", List.of("a=4", "c=5", "c=6")),
        open("three", List.of()));
    List<String> seen = new ArrayList<>();
    try (MergeCursor merged = new MergeCursor(new KeyBytes(KeyOrder.BYTES), cursors)) {
      Groups<String, String> groups = new Groups<>(merged, new KeyBytes(KeyOrder.BYTES), Codecs.TEXT, Codecs.TEXT);
      while (groups.next()) {
        Iterator<String> values = groups.values();
        seen.add(groups.key() + (groups.key().equals("a") ? values.next() + values.next() + values.hasNext() : values.next()));
      }
      assertThat(groups.records()).isEqualTo(6);
    }
    assertThat(seen).hasSize(3);
    assertThat(seen.get(0)).isIn("a14false", "a41false");
    assertThat(seen.get(1)).isEqualTo("b2");
    assertThat(seen.get(2)).startsWith("c");
  }

  private RecordCursor open(String name, List<String> records) throws IOException {
    return SegmentCursor.ofFile(write(name, records), 0);
  }

  private Path write(List<String> records) throws IOException {
    return write("segments", records).path();
  }

  private SegmentFile write(String name, List<String> records) throws IOException {
    try (SegmentFileWriter writer = new SegmentFileWriter(folder.resolve(name))) {
      for (String record : records) {
        byte[] key = record.substring(0, 1).getBytes(StandardCharsets.UTF_8);
        byte[] value = record.substring(2).getBytes(StandardCharsets.UTF_8);
        writer.append(key, 0, key.length, value, 0, value.length);
      }
      writer.endSegment();
      return writer.finish();
    }
  }
}
