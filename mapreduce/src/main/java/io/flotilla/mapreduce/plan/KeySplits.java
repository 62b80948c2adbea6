package io.flotilla.mapreduce.plan;

import io.flotilla.mapreduce.InputRange;
import io.flotilla.mapreduce.InputSplit;
import io.flotilla.mapreduce.store.RecordStore;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Cuts the keys with a prefix into ranges of about the same number of bytes. Reads them all: the store tells no sizes. */
final class KeySplits {
  /** Marks are finer than ranges will be, and coarse enough for all of them to be kept. */
  private static final long MARK_BYTES = 64 * 1024;

  private KeySplits() {}

  /** A key, and how much comes before it. */
  private record Mark(String key, long bytesBefore) {}

  /** No split if there is no such key. */
  static List<InputSplit> of(RecordStore store, String prefix, long minBytes, long maxBytes, int slots) {
    String beforeKey = RecordStore.afterPrefix(prefix);
    List<Mark> marks = new ArrayList<>();
    long total = 0;
    for (Iterator<RecordStore.Item> items = store.scan(prefix, beforeKey); items.hasNext();) {
      RecordStore.Item item = items.next();
      if (marks.isEmpty() || total - marks.getLast().bytesBefore >= MARK_BYTES) {
        marks.add(new Mark(item.key(), total));
      }
      total += item.key().length() + (long) item.value().length;
    }
    return marks.isEmpty() ? List.of() : between(marks, total, beforeKey, minBytes, maxBytes, slots);
  }

  private static List<InputSplit> between(List<Mark> marks, long total, String beforeKey, long minBytes, long maxBytes, int slots) {
    long goal = Math.clamp(total / (4L * slots), minBytes, maxBytes);
    long count = Math.max(1, Math.max(total / goal, Math.min(slots, marks.size())));
    List<InputSplit> splits = new ArrayList<>();
    String first = marks.getFirst().key;
    for (Mark mark : marks) {
      if (mark.bytesBefore >= total * (splits.size() + 1) / count && !mark.key.equals(first)) {
        splits.add(split(first, mark.key));
        first = mark.key;
      }
    }
    splits.add(split(first, beforeKey));
    return splits;
  }

  private static InputSplit split(String firstKey, String beforeKey) {
    return new InputSplit(List.of(new InputRange.KeyRange(firstKey, beforeKey)), List.of());
  }
}
