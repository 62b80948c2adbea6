package io.flotilla.mapreduce.sort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Records as text, for comparisons. */
final class Records {
  private Records() {}

  /** All that is left, as {@code key=value}. */
  static List<String> drain(RecordCursor cursor) throws IOException {
    List<String> records = new ArrayList<>();
    while (cursor.next()) {
      records.add(key(cursor) + "=" + new String(cursor.array(), cursor.valueFrom(), cursor.valueLength(), StandardCharsets.ISO_8859_1));
    }
    return records;
  }

  static String key(RecordCursor cursor) {
    return new String(cursor.array(), cursor.keyFrom(), cursor.keyLength(), StandardCharsets.ISO_8859_1);
  }

  static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
