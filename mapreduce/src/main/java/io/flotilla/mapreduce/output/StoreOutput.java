package io.flotilla.mapreduce.output;

import io.flotilla.kv.Key;
import io.flotilla.kv.KvReply;
import io.flotilla.mapreduce.api.ByteSink;
import io.flotilla.mapreduce.api.OutputFormat;
import io.flotilla.mapreduce.store.RecordStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.CompletionStage;

/**
 * Records put into the store as they come, a bounded number under way. There is nothing to rename: attempts of a deterministic task
 * put the same values under the same keys, so that a second one changes nothing.
 */
final class StoreOutput<K, V> implements RecordOutput<K, V> {
  private static final int MAX_PUTS_UNDER_WAY = 64;

  private final OutputFormat<K, V> format;
  private final byte[] prefix;
  private final RecordStore store;
  private final ByteSink sink = new ByteSink();
  private final Deque<Put> underWay = new ArrayDeque<>();
  private long bytesWritten;

  private record Put(Key key, byte[] value, CompletionStage<KvReply> reply) {}

  StoreOutput(OutputFormat<K, V> format, String prefix, RecordStore store) {
    this.format = format;
    this.prefix = prefix.getBytes(StandardCharsets.UTF_8);
    this.store = store;
  }

  @Override
  public void write(K key, V value) throws IOException {
    sink.clear();
    sink.write(prefix, 0, prefix.length);
    format.writeKey(key, sink);
    int keyLength = sink.length();
    format.writeValue(value, sink);
    bytesWritten += sink.length();
    // By way of a string, so that bytes which are no UTF-8 do not become a key that nobody can name.
    put(keyOf(new String(sink.array(), 0, keyLength, StandardCharsets.UTF_8)),
        Arrays.copyOfRange(sink.array(), keyLength, sink.length()));
  }

  private static Key keyOf(String text) throws IOException {
    try {
      return Key.of(text);
    } catch (IllegalArgumentException e) {
      throw new IOException("the output has a key that the store does not take: " + e.getMessage(), e);
    }
  }

  private void put(Key key, byte[] value) throws IOException {
    if (underWay.size() == MAX_PUTS_UNDER_WAY) {
      finishFirst();
    }
    underWay.add(new Put(key, value, store.startPut(key, value)));
  }

  private void finishFirst() throws IOException {
    Put first = underWay.remove();
    store.finishPut(first.key, first.value, first.reply);
  }

  @Override
  public void commit() throws IOException {
    while (!underWay.isEmpty()) {
      finishFirst();
    }
  }

  @Override
  public long bytesWritten() {
    return bytesWritten;
  }

  @Override
  public void close() {
    underWay.clear();
  }
}
