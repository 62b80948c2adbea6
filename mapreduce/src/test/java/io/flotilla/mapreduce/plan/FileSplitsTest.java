package io.flotilla.mapreduce.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.mapreduce.InputRange;
import io.flotilla.mapreduce.InputSplit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileSplitsTest {
  private static final long MIB = 1 << 20;

  @ParameterizedTest(name = "{0} files of {1} KiB on {2} slots: {3} to {4} tasks")
  @CsvSource({
      "1, 1048576, 6, 24, 24",      // one large file: four tasks a slot
      "1, 1048576, 2, 16, 17",      // no more than 64 MiB each
      "1, 1048576, 100, 100, 100",  // less than 16 MiB rather than idle slots
      "10000, 1, 6, 21, 21",        // small files share tasks, opening one counts as 32 KiB
      "10000, 0, 2, 8, 20",
      "8, 500, 6, 6, 6",
      "3, 20480, 2, 4, 4",
      "1, 0, 6, 1, 1"})
  void allSlotsHaveSomethingToDoAndTasksAreNeitherTinyNorHuge(int files, long kib, int slots, int fewest, int most) {
    List<InputSplit> splits = FileSplits.cutting(files(LongStream.generate(() -> kib * 1024).limit(files).toArray()), 16 * MIB, 64 * MIB, slots);
    assertThat(splits.size()).isBetween(fewest, most);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void eachByteOfEachFileIsInExactlyOneSplitAndSplitsAreEven(long seed) {
    Random random = new Random(seed);
    long[] sizes = random.longs(1 + random.nextInt(60), 0, random.nextBoolean() ? 200_000 : 300 * MIB).toArray();
    int slots = 1 + random.nextInt(12);
    List<InputSplit> splits = FileSplits.cutting(files(sizes), 16 * MIB, 64 * MIB, slots);
    Map<String, Long> ends = new TreeMap<>();
    List<InputRange.FileRange> ranges = new ArrayList<>();
    splits.forEach(split -> split.ranges().forEach(range -> ranges.add((InputRange.FileRange) range)));
    for (InputRange.FileRange range : ranges) {
      assertThat(range.firstByte()).isEqualTo(ends.getOrDefault(range.path(), 0L));
      ends.put(range.path(), range.firstByte() + range.lengthBytes());
    }
    for (int i = 0; i < sizes.length; i++) {
      assertThat(ends).containsEntry(name(i), sizes[i]);
    }
    long total = LongStream.of(sizes).sum();
    long goal = Math.max(total / splits.size(), 1);
    assertThat(splits).allSatisfy(split -> assertThat(bytes(split)).isLessThanOrEqualTo(2 * goal + 32 * MIB));
  }

  @ParameterizedTest(name = "{0} whole files on {1} slots: {2} tasks")
  @CsvSource({"8, 6, 8", "64, 1, 64", "65, 1, 64", "10000, 6, 96"})
  void filesThatAreNotCutAreATaskEachUnlessTheyAreMany(int files, int slots, int tasks) {
    List<InputSplit> splits = FileSplits.whole(files(LongStream.generate(() -> 1000).limit(files).toArray()), slots);
    assertThat(splits).hasSize(tasks);
    assertThat(splits.stream().mapToInt(split -> split.ranges().size()).sum()).isEqualTo(files);
  }

  private static long bytes(InputSplit split) {
    return split.ranges().stream().mapToLong(range -> ((InputRange.FileRange) range).lengthBytes()).sum();
  }

  private static List<Globs.InputFile> files(long[] sizes) {
    return IntStream.range(0, sizes.length).mapToObj(i -> new Globs.InputFile(name(i), sizes[i])).toList();
  }

  private static String name(int number) {
    return "/in/%05d".formatted(number);
  }
}
