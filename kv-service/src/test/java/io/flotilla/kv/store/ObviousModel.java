package io.flotilla.kv.store;

import io.flotilla.kv.Key;
import io.flotilla.kv.KvReply;
import io.flotilla.kv.KvReply.BatchApplied;
import io.flotilla.kv.KvReply.ConditionFailed;
import io.flotilla.kv.KvReply.Deleted;
import io.flotilla.kv.KvReply.Found;
import io.flotilla.kv.KvReply.Item;
import io.flotilla.kv.KvReply.NotFound;
import io.flotilla.kv.KvReply.TooLarge;
import io.flotilla.kv.KvReply.Written;
import io.flotilla.kv.KvRequest.Append;
import io.flotilla.kv.KvRequest.Batch;
import io.flotilla.kv.KvRequest.Condition;
import io.flotilla.kv.KvRequest.Delete;
import io.flotilla.kv.KvRequest.Get;
import io.flotilla.kv.KvRequest.KeyWrite;
import io.flotilla.kv.KvRequest.Put;
import io.flotilla.kv.KvRequest.Scan;
import io.flotilla.kv.KvRequest.Write;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/** The contract, as slowly and plainly as it can be said: a batch copies everything, a scan looks at everything. */
final class ObviousModel {
  private TreeMap<Key, Versioned> records = new TreeMap<>();
  private long revision;

  KvReply apply(Write write, long maxValueBytes) {
    return switch (write) {
      case KeyWrite single -> applyOne(single, maxValueBytes);
      case Batch batch -> applyBatch(batch, maxValueBytes);
    };
  }

  private KvReply applyBatch(Batch batch, long maxValueBytes) {
    TreeMap<Key, Versioned> before = new TreeMap<>(records);
    long revisionBefore = revision;
    List<KvReply> replies = new ArrayList<>();
    for (KeyWrite write : batch.writes()) {
      KvReply reply = applyOne(write, maxValueBytes);
      if (!(reply instanceof Written || reply instanceof Deleted)) {
        records = before;
        revision = revisionBefore;
        return reply instanceof ConditionFailed ? failed(records.get(write.key()), replies.size()) : reply;
      }
      replies.add(reply);
    }
    return new BatchApplied(replies);
  }

  private KvReply applyOne(KeyWrite write, long maxValueBytes) {
    Versioned current = records.get(write.key());
    long version = current == null ? 0 : current.version();
    boolean holds = switch (write.condition()) {
      case Condition.Always _ -> true;
      case Condition.VersionIs(long wanted) -> version == wanted;
      case Condition.RevisionIs(long wanted) -> current != null && current.revision() == wanted;
      case Condition.Absent _ -> current == null;
    };
    if (!holds) {
      return failed(current, 0);
    }
    if (write instanceof Delete) {
      boolean deleted = records.remove(write.key()) != null;
      return new Deleted(deleted, deleted ? ++revision : revision);
    }
    ByteArrayOutputStream value = new ByteArrayOutputStream();
    if (write instanceof Append && current != null) {
      value.writeBytes(current.value());
    }
    value.writeBytes(write instanceof Append append ? append.suffix() : ((Put) write).value());
    if (value.size() > maxValueBytes) {
      return new TooLarge(value.size(), maxValueBytes);
    }
    records.put(write.key(), new Versioned(value.toByteArray(), version + 1, ++revision));
    return new Written(version + 1, revision, value.size());
  }

  private static ConditionFailed failed(Versioned current, int write) {
    return current == null ? new ConditionFailed(0, 0, write) : new ConditionFailed(current.version(), current.revision(), write);
  }

  KvReply get(Get get) {
    Versioned found = records.get(get.key());
    return found == null ? new NotFound() : new Found(found.value(), found.version(), found.revision());
  }

  /** All that a scan shows on all its pages. */
  List<Item> scanAll(Scan scan) {
    List<Item> items = new ArrayList<>();
    records.forEach((key, record) -> {
      byte[] utf8 = key.utf8();
      boolean hasPrefix = utf8.length >= scan.prefix().length
          && Arrays.equals(Arrays.copyOf(utf8, scan.prefix().length), scan.prefix());
      boolean inRange = scan.start().map(start -> Arrays.compareUnsigned(utf8, start) >= 0).orElse(true)
          && scan.end().map(end -> Arrays.compareUnsigned(utf8, end) < 0).orElse(true);
      if (hasPrefix && inRange) {
        items.add(new Item(key, record.value(), record.version(), record.revision()));
      }
    });
    return items;
  }
}
