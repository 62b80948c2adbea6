package io.flotilla.mapreduce.input;

import io.flotilla.mapreduce.InputRange;
import io.flotilla.mapreduce.store.RecordStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** The documents of a split, opened one at a time. */
final class Documents implements AutoCloseable {
  private final Iterator<InputRange> ranges;
  private final InputAccess access;
  private Iterator<RecordStore.Item> items = Collections.emptyIterator();
  private Optional<InputStream> open = Optional.empty();

  Documents(List<InputRange> ranges, InputAccess access) {
    this.ranges = ranges.iterator();
    this.access = access;
  }

  /** Opens the next one and closes the one before. */
  Optional<Document> next() throws IOException {
    close();
    while (!items.hasNext() && ranges.hasNext()) {
      switch (ranges.next()) {
        case InputRange.FileRange file -> {
          return Optional.of(open(file));
        }
        case InputRange.KeyRange range -> items = store().scan(range.firstKey(), range.beforeKey());
      }
    }
    return items.hasNext() ? Optional.of(open(items.next())) : Optional.empty();
  }

  /** A range that begins within a file is opened one byte early, to see whether a line begins at its first byte. */
  private Document open(InputRange.FileRange file) throws IOException {
    FileChannel channel = FileChannel.open(Path.of(file.path()), StandardOpenOption.READ);
    InputStream stream = Channels.newInputStream(channel);
    open = Optional.of(stream);
    long from = Math.max(0, file.firstByte() - 1);
    channel.position(from);
    return new Document(file.path(), stream, file.firstByte(), file.firstByte() + file.lengthBytes());
  }

  private static Document open(RecordStore.Item item) {
    return new Document("kv:" + item.key(), new ByteArrayInputStream(item.value()), 0, item.value().length);
  }

  private RecordStore store() throws IOException {
    return access.store().orElseThrow(() -> new IOException("the store cannot be reached from here"));
  }

  @Override
  public void close() throws IOException {
    if (open.isPresent()) {
      open.get().close();
      open = Optional.empty();
    }
  }
}
