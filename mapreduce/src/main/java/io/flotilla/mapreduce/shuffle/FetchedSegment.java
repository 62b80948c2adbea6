package io.flotilla.mapreduce.shuffle;

import io.flotilla.mapreduce.sort.RecordCursor;
import io.flotilla.mapreduce.sort.SegmentCursor;
import io.flotilla.mapreduce.sort.SegmentFile;
import java.io.IOException;
import java.nio.file.Path;

/** One segment, ready to be merged. */
public sealed interface FetchedSegment {
  long lengthBytes();

  long records();

  RecordCursor open() throws IOException;

  /** Small enough to stay. */
  record InMemory(byte[] bytes, long records) implements FetchedSegment {
    @Override
    public long lengthBytes() {
      return bytes.length;
    }

    @Override
    public RecordCursor open() {
      return SegmentCursor.ofMemory(bytes);
    }
  }

  /** In a file: of this node's own map output, fetched, or merged from others. */
  record InFile(Path path, SegmentFile.Segment segment) implements FetchedSegment {
    @Override
    public long lengthBytes() {
      return segment.lengthBytes();
    }

    @Override
    public long records() {
      return segment.records();
    }

    @Override
    public RecordCursor open() throws IOException {
      return SegmentCursor.ofFile(path, segment.offset(), segment.lengthBytes(), segment.crc());
    }
  }
}
