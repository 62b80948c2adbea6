package io.flotilla.mapreduce.sort;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.mapreduce.api.ByteSink;
import io.flotilla.mapreduce.api.Codecs;
import io.flotilla.mapreduce.api.KeyOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The clever sort against the library's. */
class SortBufferTest {
  private record Entry(int partition, byte[] key, byte[] value) {}

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void recordsComeOutByPartitionAndKeyAndThoseWithEqualKeysInOrderOfArrival(long seed) throws Exception {
    Random random = new Random(seed);
    boolean descending = seed % 2 == 0;
    int partitions = 1 + random.nextInt(5);
    SortBuffer buffer = new SortBuffer(new KeyBytes(descending ? KeyOrder.BYTES_DESCENDING : KeyOrder.BYTES), partitions, 1 << 20);
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      Entry entry = new Entry(random.nextInt(partitions), randomKey(random), ("v" + i).getBytes(StandardCharsets.UTF_8));
      assertThat(buffer.hasRoomFor(entry.key.length, entry.value.length, 0)).isTrue();
      buffer.append(entry.partition, entry.key, 0, entry.key.length, entry.value, entry.value.length);
      entries.add(entry);
    }
    Comparator<Entry> byKey = Comparator.comparing(Entry::key, descending ? (l, r) -> Arrays.compareUnsigned(r, l) : Arrays::compareUnsigned);
    entries.sort(Comparator.comparingInt(Entry::partition).thenComparing(byKey));

    SortBuffer.Sorted sorted = buffer.sort();
    List<String> actual = new ArrayList<>();
    for (int partition = 0; partition < partitions; partition++) {
      actual.addAll(Records.drain(sorted.partition(partition)));
    }
    assertThat(actual).isEqualTo(entries.stream().map(entry -> Records.text(entry.key) + "=" + Records.text(entry.value)).toList());
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void sumsAreThoseOfAMap(long seed) throws Exception {
    Random random = new Random(seed);
    SortBuffer buffer = new SortBuffer(new KeyBytes(KeyOrder.BYTES), 1, 8 << 20);
    SummingTable table = new SummingTable(buffer, Long::sum, 1 << 12);
    SortedMap<String, Long> expected = new TreeMap<>();
    for (int i = 0; i < 50_000; i++) {
      String digits = Integer.toString(random.nextInt(20_000), 7);
      byte[] key = digits.repeat(1 + digits.hashCode() % 40).getBytes(StandardCharsets.UTF_8);   // up to 240 bytes
      long value = random.nextLong(-5, 5);
      long hash = KeyBytes.hash(key, 0, key.length);
      if (!table.merge(hash, key, 0, key.length, value)) {
        table.add(hash, 0, key, 0, key.length, value);
      }
      expected.merge(Records.text(key), value, Long::sum);
    }
    SortedMap<String, Long> actual = new TreeMap<>();
    RecordCursor cursor = buffer.sort().partition(0);
    while (cursor.next()) {
      actual.put(Records.key(cursor), Codecs.LONG.decode(cursor.array(), cursor.valueFrom(), cursor.valueLength()));
    }
    assertThat(actual).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0} bytes at any place in an array hash alike")
  @ValueSource(ints = {0, 1, 5, 7, 8, 9, 15, 16, 17, 40})
  void aHashDependsOnTheBytesAlone(int length) {
    byte[] key = new byte[length];
    new Random(length).nextBytes(key);
    long expected = KeyBytes.hash(key, 0, length);
    for (int from = 0; from < 10; from++) {
      byte[] within = new byte[length + 20];
      Arrays.fill(within, (byte) 0x5A);
      System.arraycopy(key, 0, within, from, length);
      assertThat(KeyBytes.hash(within, from, length)).isEqualTo(expected);
    }
  }

  @ParameterizedTest(name = "numbers sort as their bytes do, seed {0}")
  @ValueSource(longs = {1, 2})
  void encodedNumbersSortAsNumbers(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 1_000; i++) {
      long left = random.nextLong() >> random.nextInt(64);
      long right = random.nextLong() >> random.nextInt(64);
      assertThat(Integer.signum(Arrays.compareUnsigned(encoded(left), encoded(right)))).isEqualTo(Long.compare(left, right));
    }
  }

  private static byte[] encoded(long value) {
    ByteSink sink = new ByteSink();
    Codecs.LONG.encode(value, sink);
    return Arrays.copyOf(sink.array(), sink.length());
  }

  /** Short, often equal, often with a common beginning, with zero bytes that a prefix cannot tell from padding. */
  private static byte[] randomKey(Random random) {
    byte[] key = new byte[random.nextInt(12)];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) (random.nextInt(3) - 1);
    }
    return key;
  }
}
