package io.flotilla.http;

import io.flotilla.kv.Key;
import io.flotilla.kv.KvClient;
import io.flotilla.kv.KvReply;
import io.flotilla.kv.KvRequest;
import io.flotilla.kv.KvRequest.Condition;
import io.flotilla.kv.SessionStamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A store in memory that remembers what it was asked, and says what it is told to say. */
final class FakeStore implements KvClient {
  private record Entry(byte[] value, long version, long revision) {}

  private final Map<Key, Entry> entries = new ConcurrentSkipListMap<>();
  private final AtomicLong revisions = new AtomicLong();
  private final List<KvRequest> requests = new CopyOnWriteArrayList<>();
  private final List<SessionStamp> stamps = new CopyOnWriteArrayList<>();
  private final Semaphore arrived = new Semaphore(0);
  private volatile Optional<KvReply> scripted = Optional.empty();
  private volatile Optional<CompletableFuture<KvReply>> pending = Optional.empty();

  /** From now on every request is answered with that. */
  void answerWith(KvReply reply) {
    scripted = Optional.of(reply);
  }

  /** From now on every request waits for that. */
  void answerWhenDone(CompletableFuture<KvReply> reply) {
    pending = Optional.of(reply);
  }

  void reset() {
    entries.clear();
    requests.clear();
    arrived.drainPermits();
    stamps.clear();
    revisions.set(0);
    scripted = Optional.empty();
    pending = Optional.empty();
  }

  /** Whether a request has come; waits for it for a while. */
  boolean awaitRequest() throws InterruptedException {
    return arrived.tryAcquire(20, TimeUnit.SECONDS);
  }

  List<KvRequest> requests() {
    return requests;
  }

  List<SessionStamp> stamps() {
    return stamps;
  }

  @Override
  public CompletionStage<KvReply> execute(KvRequest request) {
    requests.add(request);
    arrived.release();
    return pending.isPresent() ? pending.get()
        : CompletableFuture.completedFuture(scripted.isPresent() ? scripted.get() : apply(request));
  }

  @Override
  public CompletionStage<KvReply> execute(KvRequest.Write write, SessionStamp stamp) {
    stamps.add(stamp);
    return execute(write);
  }

  @Override
  public void close() {
    entries.clear();
  }

  private synchronized KvReply apply(KvRequest request) {
    return switch (request) {
      case KvRequest.Put put -> holds(put) ? write(put.key(), put.value()) : failed(put.key());
      case KvRequest.Append append -> holds(append)
          ? write(append.key(), joined(entries.get(append.key()), append.suffix())) : failed(append.key());
      case KvRequest.Delete delete -> holds(delete)
          ? new KvReply.Deleted(entries.remove(delete.key()) != null, revisions.incrementAndGet()) : failed(delete.key());
      case KvRequest.Batch batch -> new KvReply.BatchApplied(batch.writes().stream().map(this::apply).toList());
      case KvRequest.Get get -> {
        Entry entry = entries.get(get.key());
        yield entry == null ? new KvReply.NotFound() : new KvReply.Found(entry.value, entry.version, entry.revision);
      }
      case KvRequest.Scan scan -> scan(scan);
    };
  }

  private KvReply scan(KvRequest.Scan scan) {
    List<KvReply.Item> items = new ArrayList<>();
    entries.forEach((key, entry) -> {
      if (items.size() < scan.limit()) {
        items.add(new KvReply.Item(key, entry.value, entry.version, entry.revision));
      }
    });
    return new KvReply.Scanned(items, items.size() < entries.size() ? Optional.of("more") : Optional.empty());
  }

  private boolean holds(KvRequest.KeyWrite write) {
    Entry entry = entries.get(write.key());
    return switch (write.condition()) {
      case Condition.Always _ -> true;
      case Condition.Absent _ -> entry == null;
      case Condition.VersionIs(var version) -> version == (entry == null ? 0 : entry.version);
      case Condition.RevisionIs(var revision) -> entry != null && revision == entry.revision;
    };
  }

  private KvReply failed(Key key) {
    Entry entry = entries.get(key);
    return entry == null ? new KvReply.ConditionFailed(0, 0, 0) : new KvReply.ConditionFailed(entry.version, entry.revision, 0);
  }

  private KvReply write(Key key, byte[] value) {
    Entry before = entries.get(key);
    Entry entry = new Entry(value, before == null ? 1 : before.version + 1, revisions.incrementAndGet());
    entries.put(key, entry);
    return new KvReply.Written(entry.version, entry.revision, value.length);
  }

  private static byte[] joined(Entry before, byte[] suffix) {
    byte[] start = before == null ? new byte[0] : before.value;
    byte[] whole = java.util.Arrays.copyOf(start, start.length + suffix.length);
    System.arraycopy(suffix, 0, whole, start.length, suffix.length);
    return whole;
  }
}
