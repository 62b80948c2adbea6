package io.flotilla.mapreduce.engine;

import io.flotilla.mapreduce.Counters;
import io.flotilla.mapreduce.api.ByteSink;
import io.flotilla.mapreduce.api.Codec;
import io.flotilla.mapreduce.api.Codecs;
import io.flotilla.mapreduce.api.Combiner;
import io.flotilla.mapreduce.api.Job;
import io.flotilla.mapreduce.api.LongCombiner;
import io.flotilla.mapreduce.sort.Groups;
import io.flotilla.mapreduce.sort.KeyBytes;
import io.flotilla.mapreduce.sort.MergeCursor;
import io.flotilla.mapreduce.sort.RecordCursor;
import io.flotilla.mapreduce.sort.SegmentCursor;
import io.flotilla.mapreduce.sort.SegmentFile;
import io.flotilla.mapreduce.sort.SegmentFileWriter;
import io.flotilla.mapreduce.sort.SortBuffer;
import io.flotilla.mapreduce.sort.SummingTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Turns what a mapper emits into one sorted segment for each partition (§4.2, §4.3 of the paper). Gathers in memory, spills when it
 * is full, and merges the spills in the end; the combiner runs at both.
 */
final class MapOutputCollector<K2, V2> {
  private final AttemptControl control;
  private final CounterSums counters;
  private final Path folder;
  private final int partitions;
  private final int mergeFactor;
  private final int limitBytes;
  private final Codec<K2> keys;
  private final Codec<V2> values;
  private final KeyBytes order;
  private final Optional<Combiner<K2, V2>> combiner;
  private final PartitionChooser<K2> chooser;
  private final ByteSink keySink = new ByteSink();
  private final ByteSink valueSink = new ByteSink();
  /** Not the one above: a spill comes when a value is in there and has found no room yet. */
  private final ByteSink combinedSink = new ByteSink();
  private final List<SegmentFile> spills = new ArrayList<>();
  private SortBuffer buffer;
  private Optional<SummingTable> table;
  private int written;
  private long outputRecords;
  private long outputBytes;

  MapOutputCollector(Job<?, ?, K2, V2, ?, ?> job, TaskEnvironment environment, AttemptControl control, CounterSums counters,
      Path folder, PartitionChooser<K2> chooser, int partitions) {
    this.control = control;
    this.counters = counters;
    this.folder = folder;
    this.partitions = partitions;
    this.mergeFactor = environment.settings().mergeFactor();
    this.limitBytes = environment.settings().sortBufferBytes();
    this.keys = job.keys();
    this.values = job.values();
    this.order = new KeyBytes(job.order());
    this.combiner = job.combiner();
    this.chooser = chooser;
    this.buffer = new SortBuffer(order, partitions, limitBytes);
    this.table = combiner.flatMap(found -> values.equals(Codecs.LONG) && found instanceof LongCombiner<?> numbers
        ? Optional.of(new SummingTable(buffer, numbers.operator(), limitBytes))
        : Optional.empty());
  }

  void emit(K2 key, V2 value) throws IOException {
    keySink.clear();
    keys.encode(key, keySink);
    outputRecords++;
    if (table.isPresent()) {
      emitNumber(table.get(), key, (Long) value);
    } else {
      emitRecord(key, value);
    }
  }

  private void emitNumber(SummingTable sums, K2 key, long value) throws IOException {
    byte[] bytes = keySink.array();
    int length = keySink.length();
    outputBytes += length + Long.BYTES;
    long hash = KeyBytes.hash(bytes, 0, length);
    if (!sums.merge(hash, bytes, 0, length, value)) {
      int partition = chooser.choose(key, bytes, 0, length, hash);
      makeRoom(length, Long.BYTES, sums.sizeBytes());
      sums.add(hash, partition, bytes, 0, length, value);
    }
  }

  private void emitRecord(K2 key, V2 value) throws IOException {
    valueSink.clear();
    values.encode(value, valueSink);
    byte[] bytes = keySink.array();
    int length = keySink.length();
    outputBytes += length + valueSink.length();
    int partition = chooser.choose(key, bytes, 0, length, KeyBytes.hash(bytes, 0, length));
    makeRoom(length, valueSink.length(), 0);
    buffer.append(partition, bytes, 0, length, valueSink.array(), valueSink.length());
  }

  private void makeRoom(int keyLength, int valueLength, long besidesBytes) throws IOException {
    if (!buffer.hasRoomFor(keyLength, valueLength, besidesBytes)) {
      if (!buffer.isEmpty()) {
        spill();
      }
      if (!buffer.hasRoomFor(keyLength, valueLength, 0)) {
        throw new IOException("a record of %d bytes was emitted, which flotilla.mapreduce.sort-buffer (%d bytes) cannot hold"
            .formatted(keyLength + (long) valueLength, limitBytes));
      }
    }
  }

  /** Sorts and writes what is still in memory, merges it with what was spilled, and leaves the whole at {@code output}. */
  SegmentFile finish(Path output) throws IOException {
    if (spills.isEmpty()) {
      return writeBuffer(output);
    }
    if (!buffer.isEmpty()) {
      spill();
    }
    buffer = new SortBuffer(order, partitions, 1);   // the memory goes to the merge
    table = Optional.empty();
    while (spills.size() > mergeFactor) {
      List<SegmentFile> first = List.copyOf(spills.subList(0, Math.min(mergeFactor, spills.size() - mergeFactor + 1)));
      spills.subList(0, first.size()).clear();
      spills.add(merge(first, nextFile()));
    }
    return merge(spills, output);
  }

  /** Of the records emitted so far. */
  void countTo(CounterSums target) {
    target.set(Counters.MAP_OUTPUT_RECORDS, outputRecords);
    target.set(Counters.MAP_OUTPUT_BYTES, outputBytes);
  }

  private void spill() throws IOException {
    counters.add(Counters.SPILLS, 1);
    counters.add(Counters.SPILLED_RECORDS, buffer.records());
    spills.add(writeBuffer(nextFile()));
  }

  private Path nextFile() {
    return folder.resolve("spill-" + written++);
  }

  private SegmentFile writeBuffer(Path path) throws IOException {
    SortBuffer.Sorted sorted = buffer.sort();
    // What was merged number by number has one record a key, which no combiner can better.
    Optional<Combiner<K2, V2>> inMemory = table.isPresent() ? Optional.empty() : combiner;
    if (table.isPresent()) {
      counters.set(Counters.COMBINE_INPUT_RECORDS, outputRecords);
      counters.add(Counters.COMBINE_OUTPUT_RECORDS, buffer.records());
    }
    try (SegmentFileWriter writer = new SegmentFileWriter(path)) {
      for (int partition = 0; partition < partitions; partition++) {
        write(sorted.partition(partition), inMemory, writer);
      }
      buffer.clear();
      table.ifPresent(SummingTable::clear);
      return writer.finish();
    }
  }

  private SegmentFile merge(List<SegmentFile> files, Path path) throws IOException {
    SegmentFile merged;
    try (SegmentFileWriter writer = new SegmentFileWriter(path)) {
      for (int partition = 0; partition < partitions; partition++) {
        try (RecordCursor cursor = open(files, partition)) {
          write(cursor, combiner, writer);
        }
      }
      merged = writer.finish();
    }
    for (SegmentFile file : files) {
      Files.delete(file.path());
    }
    return merged;
  }

  private RecordCursor open(List<SegmentFile> files, int partition) throws IOException {
    List<RecordCursor> cursors = new ArrayList<>();
    for (SegmentFile file : files) {
      if (file.segments().get(partition).records() > 0) {
        cursors.add(SegmentCursor.ofFile(file, partition));
      }
    }
    return new MergeCursor(order, cursors);
  }

  private void write(RecordCursor records, Optional<Combiner<K2, V2>> combining, SegmentFileWriter writer) throws IOException {
    if (combining.isPresent()) {
      combine(records, combining.get(), writer);
    } else {
      while (records.next()) {
        writer.append(records);
        control.beat();
      }
    }
    writer.endSegment();
  }

  private void combine(RecordCursor records, Combiner<K2, V2> by, SegmentFileWriter writer) throws IOException {
    Groups<K2, V2> groups = new Groups<>(records, order, keys, values);
    long[] out = new long[1];
    while (groups.next()) {
      control.beat();
      callCombiner(groups, by, value -> {
        combinedSink.clear();
        values.encode(value, combinedSink);
        out[0]++;
        appendQuietly(writer, groups);
      });
    }
    counters.add(Counters.COMBINE_INPUT_RECORDS, groups.records());
    counters.add(Counters.COMBINE_OUTPUT_RECORDS, out[0]);
  }

  private void callCombiner(Groups<K2, V2> groups, Combiner<K2, V2> by, Consumer<V2> out) {
    try {
      by.combine(groups.key(), groups.values(), out);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new CombinerException(e);
    }
  }

  private void appendQuietly(SegmentFileWriter writer, Groups<K2, V2> groups) {
    try {
      writer.append(groups.keyArray(), 0, groups.keyLength(), combinedSink.array(), 0, combinedSink.length());
    } catch (IOException e) {
      throw new OutputException(e);
    }
  }

  /** A combiner's checked exception on its way out. */
  private static final class CombinerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CombinerException(Exception cause) {
      super(JobFailedException.describe(cause), cause);
    }
  }
}
