package io.flotilla.mapreduce.jobs;

import io.flotilla.mapreduce.api.ByteSink;
import io.flotilla.mapreduce.api.Bytes;
import io.flotilla.mapreduce.api.Codec;
import io.flotilla.mapreduce.api.Codecs;
import io.flotilla.mapreduce.api.Combiner;
import io.flotilla.mapreduce.api.InputFormat;
import io.flotilla.mapreduce.api.Job;
import io.flotilla.mapreduce.api.MapContext;
import io.flotilla.mapreduce.api.Mapper;
import io.flotilla.mapreduce.api.OutputFormat;
import io.flotilla.mapreduce.api.Reducer;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;

/** From {@link Words} to the files that hold them, by path: {@code word<TAB>n<TAB>file1,file2,…}, sorted (§2.3 of the paper). */
public final class InvertedIndex implements Job<Long, Bytes, Bytes, byte[], Bytes, Bytes> {
  @Override
  public void configure(SortedMap<String, String> params) {
    Params.allow(params, Set.of());
  }

  @Override
  public InputFormat<Long, Bytes> input() {
    return InputFormat.rawLines();
  }

  @Override
  public Mapper<Long, Bytes, Bytes, byte[]> mapper() {
    return new FirstOfEachFile();
  }

  @Override
  public Codec<Bytes> keys() {
    return Codecs.view();
  }

  @Override
  public Codec<byte[]> values() {
    return Codecs.BYTES;
  }

  /** Names repeat only when the mapper's memory did not hold all words of a file. */
  @Override
  public Optional<Combiner<Bytes, byte[]>> combiner() {
    return Optional.of((_, files, out) -> distinct(files).forEach(out));
  }

  @Override
  public Reducer<Bytes, byte[], Bytes, Bytes> reducer() {
    ByteSink sink = new ByteSink();
    Bytes text = new Bytes();
    return (word, values, context) -> {
      NavigableSet<byte[]> files = distinct(values);
      sink.clear();
      sink.writeDecimal(files.size());
      byte before = '\t';
      for (byte[] file : files) {
        sink.write(before);
        sink.write(file, 0, file.length);
        before = ',';
      }
      context.emit(word, text.set(sink.array(), 0, sink.length()));
    };
  }

  @Override
  public OutputFormat<Bytes, Bytes> output() {
    return OutputFormat.text();
  }

  private static NavigableSet<byte[]> distinct(Iterator<byte[]> values) {
    NavigableSet<byte[]> distinct = new TreeSet<>(Arrays::compareUnsigned);
    values.forEachRemaining(distinct::add);
    return distinct;
  }

  /** Emits a word where it first stands in a file, and again only after so many others that it was forgotten. */
  private static final class FirstOfEachFile implements Mapper<Long, Bytes, Bytes, byte[]> {
    private static final long MAX_SET_BYTES = 16 * 1024 * 1024;

    private final Words words = new Words();
    private final ByteSet seen = new ByteSet();
    private String file = "";
    private byte[] fileBytes = {};

    @Override
    public void map(Long offset, Bytes line, MapContext<Bytes, byte[]> context) {
      if (!context.source().equals(file) || seen.sizeBytes() > MAX_SET_BYTES) {
        startFile(context.source());
      }
      words.read(line);
      while (words.next()) {
        Bytes word = words.word();
        if (seen.add(word.array(), word.from(), word.length())) {
          context.emit(word, fileBytes);
        }
      }
      WordCount.countMalformed(words, context);
    }

    private void startFile(String source) {
      file = source;
      ByteSink sink = new ByteSink();
      sink.writeText(source);
      fileBytes = Arrays.copyOf(sink.array(), sink.length());
      seen.clear();
    }
  }
}
