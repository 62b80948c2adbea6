package io.flotilla.mapreduce.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.mapreduce.Counters;
import io.flotilla.mapreduce.JobSpec;
import io.flotilla.mapreduce.MapReduceSettings;
import io.flotilla.mapreduce.TestSettings;
import io.flotilla.mapreduce.store.MemoryStore;
import io.flotilla.mapreduce.store.RecordStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The built-in jobs, wholly, against slow and obvious versions; buffers are so small that everything spills, merges and travels. */
class EngineTest {
  private static final String[] TINY = {"split-size { min = 1 KiB, max = 3 KiB }", "max-record-size = 2000", "sort-buffer = 9 KiB",
      "merge-factor = 3", "shuffle.buffer = 3 KiB"};

  @TempDir
  private Path folder;
  private final Map<String, String> texts = new TreeMap<>();

  @BeforeEach
  void makeInput() throws IOException {
    Files.createDirectories(folder.resolve("in"));
  }

  private void write(long seed) throws IOException {
    Random random = new Random(seed);
    for (int file = 0; file < 5; file++) {
      StringBuilder text = new StringBuilder();
      for (int line = random.nextInt(300); line > 0; line--) {
        for (int word = random.nextInt(8); word > 0; word--) {
          text.append(List.of("the", "The", "gr\u00FCn", "\u4E2D\u6587", "sea-shore", "42nd").get(random.nextInt(6)))
              .append((char) ('a' + random.nextInt(26))).append(' ');
        }
        text.append('\n');
      }
      Path path = Files.writeString(folder.resolve("in/f" + file), text);
      texts.put(path.toString(), text.toString());
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void wordcountCountsWhatARegularExpressionCounts(long seed) throws Exception {
    write(seed);
    SortedMap<String, Long> expected = new TreeMap<>();
    words().forEach(word -> expected.merge(word, 1L, Long::sum));
    Counters counters = run("wordcount", Map.of(), TINY);
    assertThat(counts(output())).isEqualTo(expected);
    assertEachPartIsSorted();
    assertThat(counters.get(Counters.MAP_INPUT_BYTES)).isEqualTo(inputBytes());
    assertThat(counters.get(Counters.MAP_INPUT_RECORDS)).isEqualTo(lines().count());
    assertThat(counters.get(Counters.MAP_OUTPUT_RECORDS)).isEqualTo(words().count());
    assertThat(counters.get(Counters.COMBINE_INPUT_RECORDS)).isGreaterThanOrEqualTo(words().count());
    assertThat(counters.get(Counters.REDUCE_INPUT_GROUPS)).isEqualTo(expected.size());
    assertThat(counters.get(Counters.REDUCE_OUTPUT_RECORDS)).isEqualTo(expected.size());
    assertThat(counters.get(Counters.SHUFFLE_BYTES)).isPositive();
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void sortGivesAllLinesInOneOrder(long seed) throws Exception {
    write(seed);
    List<String> expected = new ArrayList<>(lines().toList());
    expected.sort(Comparator.comparing(line -> line.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned));
    Counters counters = run("sort", Map.of(), TINY);
    assertThat(output()).isEqualTo(expected);
    assertThat(counters.get(Counters.SPILLS)).isPositive();
    assertThat(counters.get(Counters.REDUCE_INPUT_RECORDS)).isEqualTo(expected.size());
  }

  @Test
  void grepGivesMatchingLinesWithFileAndOffset() throws Exception {
    write(1);
    SortedSet<String> expected = new TreeSet<>();
    Pattern pattern = Pattern.compile("gr.na.*the|^4");
    texts.forEach((path, text) -> {
      int offset = 0;
      for (String line : text.lines().toList()) {
        if (pattern.matcher(line).find()) {
          expected.add(path + ":" + offset + "\t" + line);
        }
        offset += line.getBytes(StandardCharsets.UTF_8).length + 1;
      }
    });
    run("grep", Map.of("pattern", pattern.pattern()), TINY);
    assertThat(new TreeSet<>(output())).isEqualTo(expected).isNotEmpty();
    assertEachPartIsSorted();
  }

  @Test
  void indexNamesTheFilesOfEachWord() throws Exception {
    write(1);
    SortedMap<String, SortedSet<String>> files = new TreeMap<>();
    texts.forEach((path, text) -> wordsOf(text).forEach(word -> files.computeIfAbsent(word, _ -> new TreeSet<>()).add(path)));
    SortedSet<String> expected = new TreeSet<>();
    files.forEach((word, names) -> expected.add("%s\t%d\t%s".formatted(word, names.size(), String.join(",", names))));
    run("index", Map.of(), TINY);
    assertThat(new TreeSet<>(output())).isEqualTo(expected);
  }

  @Test
  void nothingButTheOutputIsLeft() throws Exception {
    write(1);
    run("wordcount", Map.of(), TINY);
    assertThat(folder.resolve("out").toFile().list()).containsExactlyInAnyOrder("_SUCCESS", "part-r-00000", "part-r-00001", "part-r-00002");
    try (Stream<Path> work = Files.walk(folder.resolve("work"))) {
      assertThat(work.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void anEmptyFileGivesEmptyParts() throws Exception {
    texts.put(Files.createFile(folder.resolve("in/empty")).toString(), "");
    run("sort", Map.of(), TINY);
    assertThat(output()).isEmpty();
    assertThat(folder.resolve("out/_SUCCESS")).exists();
  }

  @ParameterizedTest(name = "{0} lines that are all the same")
  @ValueSource(ints = {1, 5_000})
  void oneKeyThatHasEverythingIsNoTrouble(int lines) throws Exception {
    texts.put(Files.writeString(folder.resolve("in/same"), "same line\n".repeat(lines)).toString(), "same line\n".repeat(lines));
    run("sort", Map.of(), TINY);
    assertThat(output()).hasSize(lines).containsOnly("same line");
  }

  @Test
  void theStoreIsInputAndOutputAlikeThoughItFailsNowAndThen() throws Exception {
    MemoryStore memory = new MemoryStore(25);
    SortedMap<String, String> expected = new TreeMap<>();
    for (int i = 0; i < 30; i++) {
      memory.set("in/" + i, "a b\nb c" + "x".repeat(i));
      memory.set("other/" + i, "not to be read");
      expected.merge("out/c" + "x".repeat(i), "1", String::concat);
    }
    expected.put("out/a", "30");
    expected.put("out/b", "60");
    run(new JobSpec("wordcount", List.of("kv:in/"), "kv:out/", 3, new TreeMap<>(), Optional.empty()), TestSettings.with(TINY),
        Optional.of(new RecordStore(memory, Duration.ofMillis(1))));
    SortedMap<String, String> written = new TreeMap<>(memory.contents().tailMap("out/"));
    assertThat(written).isEqualTo(expected);
  }

  private Counters run(String job, Map<String, String> params, String... settings) throws Exception {
    return run(new JobSpec(job, List.of(folder + "/in/*"), folder + "/out", 3, new TreeMap<>(params), Optional.empty()),
        TestSettings.with(settings), Optional.empty());
  }

  private Counters run(JobSpec spec, MapReduceSettings settings, Optional<RecordStore> store) throws Exception {
    try (LocalCluster cluster = new LocalCluster(settings, folder.resolve("work"), 2, 2, store)) {
      return cluster.run("job1", spec).counters();
    }
  }

  private List<String> output() throws IOException {
    List<String> lines = new ArrayList<>();
    for (int part = 0; part < 3; part++) {
      lines.addAll(part(part));
    }
    return lines;
  }

  private List<String> part(int number) throws IOException {
    return Files.readAllLines(folder.resolve("out/part-r-%05d".formatted(number)));
  }

  private void assertEachPartIsSorted() throws IOException {
    for (int part = 0; part < 3; part++) {
      assertThat(part(part).stream().map(line -> line.substring(0, line.indexOf('\t')).getBytes(StandardCharsets.UTF_8)))
          .isSortedAccordingTo(Arrays::compareUnsigned);
    }
  }

  private static SortedMap<String, Long> counts(List<String> lines) {
    SortedMap<String, Long> counts = new TreeMap<>();
    lines.forEach(line -> counts.put(line.substring(0, line.indexOf('\t')), Long.valueOf(line.substring(line.indexOf('\t') + 1))));
    assertThat(counts).hasSameSizeAs(lines);
    return counts;
  }

  private Stream<String> words() {
    return texts.values().stream().flatMap(EngineTest::wordsOf);
  }

  private static Stream<String> wordsOf(String text) {
    return Pattern.compile("\\p{L}+").matcher(text).results().map(match -> match.group());
  }

  private Stream<String> lines() {
    return texts.values().stream().flatMap(String::lines);
  }

  private long inputBytes() {
    return texts.values().stream().mapToLong(text -> text.getBytes(StandardCharsets.UTF_8).length).sum();
  }
}
