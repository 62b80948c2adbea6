package io.flotilla.mapreduce.store;

import io.flotilla.kv.Key;
import io.flotilla.kv.KvClient;
import io.flotilla.kv.KvLimits;
import io.flotilla.kv.KvReply;
import io.flotilla.kv.KvRequest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The store for tasks, whose threads may block. A request that finds no leader, or whose outcome is unknown, is repeated: reads
 * change nothing, and what a task writes is the same whoever writes it again. Thread-safe.
 */
public final class RecordStore {
  private static final int ATTEMPTS = 8;
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final int PAGE_ITEMS = 1_000;

  private final KvClient client;
  private final Duration pause;

  public RecordStore(KvClient client) {
    this(client, PAUSE);
  }

  /** With another pause before a request is repeated. */
  public RecordStore(KvClient client, Duration pause) {
    this.client = client;
    this.pause = pause;
  }

  /** One record of the store. */
  public record Item(String key, byte[] value) {}

  /** What follows {@code kv:} in a job's input or output; empty if that is a path. */
  public static Optional<String> prefixOf(String inputOrOutput) {
    return inputOrOutput.startsWith("kv:") ? Optional.of(inputOrOutput.substring(3)) : Optional.empty();
  }

  /** The first key, by UTF-8, after all that begin with the prefix; empty if there is no end. */
  public static String afterPrefix(String prefix) {
    int[] codePoints = prefix.codePoints().toArray();
    for (int last = codePoints.length - 1; last >= 0; last--) {
      if (codePoints[last] < Character.MAX_CODE_POINT) {
        int next = codePoints[last] + 1;
        boolean surrogate = next >= Character.MIN_SURROGATE && next <= Character.MAX_SURROGATE;
        codePoints[last] = surrogate ? Character.MAX_SURROGATE + 1 : next;
        return new String(codePoints, 0, last + 1);
      }
    }
    return "";
  }

  /** Records in order of their keys, fetched page by page; the iterator throws {@link UncheckedIOException}. */
  public Iterator<Item> scan(String firstKey, String beforeKey) {
    return new Pages(firstKey, beforeKey);
  }

  /** Whether there is any such key. */
  public boolean isEmpty(String firstKey, String beforeKey) throws IOException {
    return scanPage(firstKey, beforeKey, Optional.empty(), 1).items().isEmpty();
  }

  public Optional<byte[]> get(String key) throws IOException {
    return switch (await(new KvRequest.Get(Key.of(key), KvRequest.Consistency.LINEARIZABLE))) {
      case KvReply.Found found -> Optional.of(found.value());
      case KvReply.NotFound _ -> Optional.empty();
      case KvReply other -> throw refused("reading " + key, other);
    };
  }

  /** Writes the value if there is none, else leaves what is there. */
  public void putIfAbsent(String key, byte[] value) throws IOException {
    KvReply reply = await(new KvRequest.Put(Key.of(key), value, new KvRequest.Condition.Absent()));
    if (!(reply instanceof KvReply.Written) && !(reply instanceof KvReply.ConditionFailed)) {
      throw refused("writing " + key, reply);
    }
  }

  public void delete(String key) throws IOException {
    KvReply reply = await(new KvRequest.Delete(Key.of(key), KvRequest.Condition.ALWAYS));
    if (!(reply instanceof KvReply.Deleted)) {
      throw refused("deleting " + key, reply);
    }
  }

  /** Begins to write; {@link #finishPut} sees it through. */
  public CompletionStage<KvReply> startPut(Key key, byte[] value) {
    return client.execute(new KvRequest.Put(key, value, KvRequest.Condition.ALWAYS));
  }

  /** Waits for a write that was begun, and repeats it if need be. */
  public void finishPut(Key key, byte[] value, CompletionStage<KvReply> begun) throws IOException {
    KvReply reply = settle(get(begun), new KvRequest.Put(key, value, KvRequest.Condition.ALWAYS));
    if (!(reply instanceof KvReply.Written)) {
      throw refused("writing " + key, reply);
    }
  }

  private KvReply.Scanned scanPage(String firstKey, String beforeKey, Optional<String> cursor, int limit) throws IOException {
    Optional<byte[]> end = beforeKey.isEmpty() ? Optional.empty() : Optional.of(utf8(beforeKey));
    Optional<byte[]> start = firstKey.isEmpty() ? Optional.empty() : Optional.of(utf8(firstKey));
    KvReply reply = await(new KvRequest.Scan(new byte[0], start, end, Math.min(limit, KvLimits.MAX_SCAN_ITEMS), cursor,
        KvRequest.Consistency.LINEARIZABLE));
    if (reply instanceof KvReply.Scanned page) {
      return page;
    }
    throw refused("reading keys from \"%s\"".formatted(firstKey), reply);
  }

  private KvReply await(KvRequest request) throws IOException {
    return settle(get(client.execute(request)), request);
  }

  private KvReply settle(KvReply first, KvRequest request) throws IOException {
    KvReply reply = first;
    for (int attempt = 1; attempt < ATTEMPTS && isWorthRepeating(reply); attempt++) {
      CompletableFuture<KvReply> later = new CompletableFuture<>();
      CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS)
          .execute(() -> client.execute(request).whenComplete((value, fault) -> complete(later, value, fault)));
      reply = get(later);
    }
    return reply;
  }

  private static void complete(CompletableFuture<KvReply> future, KvReply value, Throwable fault) {
    if (fault == null) {
      future.complete(value);
    } else {
      future.completeExceptionally(fault);
    }
  }

  private static boolean isWorthRepeating(KvReply reply) {
    return reply instanceof KvReply.OutcomeUnknown
        || (reply instanceof KvReply.Unavailable unavailable && unavailable.reason() != KvReply.Reason.STORE_FULL);
  }

  private static KvReply get(CompletionStage<KvReply> stage) throws IOException {
    try {
      return stage.toCompletableFuture().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("interrupted while waiting for the store").initCause(e);
    } catch (ExecutionException e) {
      throw new IOException("the store fails: " + e.getCause(), e);
    }
  }

  private static IOException refused(String what, KvReply reply) {
    return new IOException("%s in the store: %s".formatted(what, reply));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Page after page. */
  private final class Pages implements Iterator<Item> {
    private final String firstKey;
    private final String beforeKey;
    private final List<Item> page = new ArrayList<>();
    private int at;
    private Optional<String> cursor = Optional.empty();
    private boolean last;

    Pages(String firstKey, String beforeKey) {
      this.firstKey = firstKey;
      this.beforeKey = beforeKey;
    }

    @Override
    public boolean hasNext() {
      while (at == page.size() && !last) {
        fetch();
      }
      return at < page.size();
    }

    @Override
    public Item next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return page.get(at++);
    }

    private void fetch() {
      try {
        KvReply.Scanned scanned = scanPage(firstKey, beforeKey, cursor, PAGE_ITEMS);
        page.clear();
        at = 0;
        scanned.items().forEach(item -> page.add(new Item(item.key().toString(), item.value())));
        cursor = scanned.cursor();
        last = cursor.isEmpty();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
