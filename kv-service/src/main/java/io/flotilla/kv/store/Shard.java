package io.flotilla.kv.store;

import io.flotilla.kv.Key;
import io.flotilla.kv.KvLimits;
import io.flotilla.kv.KvReply;
import io.flotilla.kv.KvReply.BatchApplied;
import io.flotilla.kv.KvReply.ConditionFailed;
import io.flotilla.kv.KvReply.Deleted;
import io.flotilla.kv.KvReply.Found;
import io.flotilla.kv.KvReply.Invalid;
import io.flotilla.kv.KvReply.Item;
import io.flotilla.kv.KvReply.NotFound;
import io.flotilla.kv.KvReply.Scanned;
import io.flotilla.kv.KvReply.TooLarge;
import io.flotilla.kv.KvReply.Written;
import io.flotilla.kv.KvRequest.Append;
import io.flotilla.kv.KvRequest.Batch;
import io.flotilla.kv.KvRequest.Condition;
import io.flotilla.kv.KvRequest.Delete;
import io.flotilla.kv.KvRequest.Get;
import io.flotilla.kv.KvRequest.KeyWrite;
import io.flotilla.kv.KvRequest.Put;
import io.flotilla.kv.KvRequest.Read;
import io.flotilla.kv.KvRequest.Scan;
import io.flotilla.kv.KvRequest.Write;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** What writes and reads mean: a store, and the count of all writes to it, which gives each change its revision. */
final class Shard {
  private static final Versioned NOTHING = new Versioned(new byte[0], 0, 0);

  private final Store store;
  private long revision;

  /** What a batch changed and would have to change back. */
  private record Former(byte[] key, Versioned record) {}

  Shard(Store store, long revision) {
    this.store = store;
    this.revision = revision;
  }

  Store store() {
    return store;
  }

  /** How many writes changed something, ever. */
  long revision() {
    return revision;
  }

  KvReply apply(Write write, long maxValueBytes) {
    return switch (write) {
      case KeyWrite single -> applyOne(single, maxValueBytes);
      case Batch batch -> applyAllOrNothing(batch, maxValueBytes);
    };
  }

  private KvReply applyOne(KeyWrite write, long maxValueBytes) {
    byte[] key = write.key().utf8();
    Versioned found = store.get(key);
    Versioned current = found == null ? NOTHING : found;
    if (!holds(write.condition(), current)) {
      return new ConditionFailed(current.version(), current.revision(), 0);
    }
    return switch (write) {
      case Put put -> store(key, put.value(), current, maxValueBytes);
      case Append append -> append(key, append.suffix(), current, maxValueBytes);
      case Delete _ -> delete(key, current);
    };
  }

  private static boolean holds(Condition condition, Versioned current) {
    boolean absent = current.version() == 0;
    return switch (condition) {
      case Condition.Always _ -> true;
      case Condition.VersionIs(long version) -> current.version() == version;
      case Condition.RevisionIs(long revision) -> !absent && current.revision() == revision;
      case Condition.Absent _ -> absent;
    };
  }

  private KvReply store(byte[] key, byte[] value, Versioned current, long maxValueBytes) {
    if (value.length > maxValueBytes) {
      return new TooLarge(value.length, maxValueBytes);
    }
    revision++;
    Versioned next = new Versioned(value, current.version() + 1, revision);
    store.put(key, next);
    return new Written(next.version(), revision, value.length);
  }

  private KvReply append(byte[] key, byte[] suffix, Versioned current, long maxValueBytes) {
    long lengthBytes = (long) current.value().length + suffix.length;
    if (lengthBytes > maxValueBytes) {
      return new TooLarge(lengthBytes, maxValueBytes); // Before the copy: the limit is what bounds the array.
    }
    byte[] value = Arrays.copyOf(current.value(), (int) lengthBytes);
    System.arraycopy(suffix, 0, value, current.value().length, suffix.length);
    return store(key, value, current, maxValueBytes);
  }

  private KvReply delete(byte[] key, Versioned current) {
    if (current.version() == 0) {
      return new Deleted(false, revision);
    }
    revision++;
    store.remove(key);
    return new Deleted(true, revision);
  }

  private KvReply applyAllOrNothing(Batch batch, long maxValueBytes) {
    long revisionBefore = revision;
    Deque<Former> formers = new ArrayDeque<>();
    List<KvReply> replies = new ArrayList<>(batch.writes().size());
    for (KeyWrite write : batch.writes()) {
      byte[] key = write.key().utf8();
      Former former = new Former(key, store.get(key));
      KvReply reply = applyOne(write, maxValueBytes);
      switch (reply) {
        case Written _, Deleted _ -> {
          formers.push(former);
          replies.add(reply);
        }
        case ConditionFailed _ -> {
          undo(formers, revisionBefore);
          Versioned kept = store.get(key); // Not what the batch itself had made of it: those revisions never were.
          return kept == null ? new ConditionFailed(0, 0, replies.size())
              : new ConditionFailed(kept.version(), kept.revision(), replies.size());
        }
        default -> {
          undo(formers, revisionBefore);
          return reply;
        }
      }
    }
    return new BatchApplied(replies);
  }

  /** Last change first: a batch may have changed one key several times. */
  private void undo(Deque<Former> formers, long revisionBefore) {
    for (Former former : formers) {
      if (former.record() == null) {
        store.remove(former.key());
      } else {
        store.put(former.key(), former.record());
      }
    }
    revision = revisionBefore;
  }

  KvReply read(Read read) {
    return switch (read) {
      case Get get -> {
        Versioned found = store.get(get.key().utf8());
        yield found == null ? new NotFound() : new Found(found.value(), found.version(), found.revision());
      }
      case Scan scan -> scan(scan);
    };
  }

  private KvReply scan(Scan scan) {
    if (scan.limit() < 1 || scan.limit() > KvLimits.MAX_SCAN_ITEMS) {
      return new Invalid("limit is from 1 to %d, this one %d".formatted(KvLimits.MAX_SCAN_ITEMS, scan.limit()));
    }
    byte[] from = later(scan.prefix(), scan.start().orElse(scan.prefix()));
    if (scan.cursor().isPresent()) {
      Optional<byte[]> lastKey = ScanCursor.lastKey(scan.cursor().get());
      if (lastKey.isEmpty() || Arrays.compareUnsigned(lastKey.get(), from) < 0 || !inRange(scan, lastKey.get())) {
        return new Invalid("cursor is one that an earlier page of the same scan returned, this one is not");
      }
      from = Arrays.copyOf(lastKey.get(), lastKey.get().length + 1); // With a zero byte at its end: the next key there can be.
    }
    Page page = new Page(scan);
    store.scan(from, page::visit);
    return page.toReply();
  }

  private static byte[] later(byte[] one, byte[] other) {
    return Arrays.compareUnsigned(one, other) >= 0 ? one : other;
  }

  private static boolean inRange(Scan scan, byte[] key) {
    byte[] prefix = scan.prefix();
    return key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length)
        && (scan.end().isEmpty() || Arrays.compareUnsigned(key, scan.end().get()) < 0);
  }

  /** One page as it fills: bounded in items and in bytes, but never empty while there is something. */
  private static final class Page {
    private final Scan scan;
    private final List<Item> items = new ArrayList<>();
    private long bytes;
    private boolean more;

    Page(Scan scan) {
      this.scan = scan;
    }

    boolean visit(byte[] key, Versioned record) {
      if (!inRange(scan, key)) {
        return false; // In key order, what begins with the prefix lies together, and so does what is before the end.
      }
      bytes += key.length + record.value().length;
      if (items.size() == scan.limit() || (bytes > KvLimits.MAX_PAGE_BYTES && !items.isEmpty())) {
        more = true;
        return false;
      }
      items.add(new Item(Key.ofUtf8(key), record.value(), record.version(), record.revision()));
      return true;
    }

    Scanned toReply() {
      return new Scanned(items, more ? Optional.of(ScanCursor.after(items.getLast().key().utf8())) : Optional.empty());
    }
  }
}
