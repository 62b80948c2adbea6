package io.flotilla.mapreduce.store;

import io.flotilla.kv.Key;
import io.flotilla.kv.KvClient;
import io.flotilla.kv.KvReply;
import io.flotilla.kv.KvRequest;
import io.flotilla.kv.SessionStamp;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A store in memory that now and then has no leader, or loses an answer. */
public final class MemoryStore implements KvClient {
  private static final int PAGE_ITEMS = 7;

  private final NavigableMap<Key, byte[]> records = new TreeMap<>();
  private final int troubleEvery;
  private int requests;

  /** Every so many requests one fails, by turns before and after it was applied; 0: none. */
  public MemoryStore(int troubleEvery) {
    this.troubleEvery = troubleEvery;
  }

  public synchronized SortedMap<String, String> contents() {
    SortedMap<String, String> contents = new TreeMap<>();
    records.forEach((key, value) -> contents.put(key.toString(), new String(value, StandardCharsets.UTF_8)));
    return contents;
  }

  public synchronized void set(String key, String value) {
    records.put(Key.of(key), value.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public synchronized CompletionStage<KvReply> execute(KvRequest request) {
    boolean trouble = troubleEvery > 0 && ++requests % troubleEvery == 0;
    if (trouble && requests % (2 * troubleEvery) == 0) {
      return CompletableFuture.completedFuture(new KvReply.Unavailable(KvReply.Reason.NO_LEADER, Duration.ZERO));
    }
    KvReply reply = apply(request);
    return CompletableFuture.completedFuture(trouble ? new KvReply.OutcomeUnknown() : reply);
  }

  private KvReply apply(KvRequest request) {
    return switch (request) {
      case KvRequest.Get get -> records.containsKey(get.key())
          ? new KvReply.Found(records.get(get.key()), 1, 1)
          : new KvReply.NotFound();
      case KvRequest.Put put -> put(put);
      case KvRequest.Delete delete -> new KvReply.Deleted(records.remove(delete.key()) != null, 1);
      case KvRequest.Scan scan -> scan(scan);
      default -> throw new UnsupportedOperationException(request.toString());
    };
  }

  private KvReply put(KvRequest.Put put) {
    if (put.condition() instanceof KvRequest.Condition.Absent && records.containsKey(put.key())) {
      return new KvReply.ConditionFailed(1, 1, 0);
    }
    records.put(put.key(), put.value());
    return new KvReply.Written(1, 1, put.value().length);
  }

  private KvReply scan(KvRequest.Scan scan) {
    Optional<Key> start = scan.cursor().map(Key::of).or(() -> scan.start().map(Key::ofUtf8));
    List<KvReply.Item> page = new ArrayList<>();
    for (Key key : start.map(from -> records.tailMap(from, true)).orElse(records).keySet()) {
      if (scan.end().isPresent() && key.compareTo(Key.ofUtf8(scan.end().get())) >= 0) {
        break;
      }
      if (page.size() == Math.min(PAGE_ITEMS, scan.limit())) {
        return new KvReply.Scanned(page, Optional.of(key.toString()));
      }
      page.add(new KvReply.Item(key, records.get(key), 1, 1));
    }
    return new KvReply.Scanned(page, Optional.empty());
  }

  @Override
  public CompletionStage<KvReply> execute(KvRequest.Write write, SessionStamp stamp) {
    return execute(write);
  }

  @Override
  public void close() {}
}
