package io.flotilla.mapreduce.sort;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Writes a {@link SegmentFile}, segment by segment, under a temporary name until it is whole. Nothing is synced: what a crash takes
 * is made again.
 */
public final class SegmentFileWriter implements AutoCloseable {
  private static final int BUFFER_BYTES = 128 * 1024;

  private final Path path;
  private final Path temporary;
  private final FileChannel channel;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private final List<SegmentFile.Segment> segments = new ArrayList<>();
  private final CRC32C crc = new CRC32C();
  private int buffered;
  private long segmentFrom = SegmentFile.HEADER_BYTES;
  private long segmentBytes;
  private long segmentRecords;

  public SegmentFileWriter(Path path) throws IOException {
    this.path = path;
    this.temporary = path.resolveSibling(path.getFileName() + ".tmp");
    this.channel = FileChannel.open(temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
    write(ByteBuffer.allocate(SegmentFile.HEADER_BYTES).putInt(SegmentFile.MAGIC).putInt(SegmentFile.VERSION).flip());
  }

  /** Adds a record to the segment at hand; records come in order. */
  public void append(byte[] key, int keyFrom, int keyLength, byte[] value, int valueFrom, int valueLength) throws IOException {
    if (BUFFER_BYTES - buffered < 2 * Varint.MAX_BYTES) {
      flush();
    }
    int before = buffered;
    buffered = Varint.write(valueLength, buffer, Varint.write(keyLength, buffer, buffered));
    segmentBytes += buffered - before;
    put(key, keyFrom, keyLength);
    put(value, valueFrom, valueLength);
    segmentRecords++;
  }

  /** Adds the record at which the cursor stands. */
  public void append(RecordCursor record) throws IOException {
    append(record.array(), record.keyFrom(), record.keyLength(), record.array(), record.valueFrom(), record.valueLength());
  }

  public void endSegment() throws IOException {
    flush();
    segments.add(new SegmentFile.Segment(segmentFrom, segmentBytes, segmentRecords, (int) crc.getValue()));
    segmentFrom += segmentBytes;
    segmentBytes = 0;
    segmentRecords = 0;
    crc.reset();
  }

  /** Makes the file known under its name, after the last segment's end. */
  public SegmentFile finish() throws IOException {
    write(SegmentFile.encodeIndex(segments));
    channel.close();
    Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
    return new SegmentFile(path, segments);
  }

  /** Unless it was finished, the file goes. */
  @Override
  public void close() throws IOException {
    channel.close();
    Files.deleteIfExists(temporary);
  }

  private void put(byte[] source, int from, int count) throws IOException {
    segmentBytes += count;
    if (count <= BUFFER_BYTES - buffered) {
      System.arraycopy(source, from, buffer, buffered, count);
      buffered += count;
      return;
    }
    flush();
    if (count < BUFFER_BYTES) {
      System.arraycopy(source, from, buffer, 0, count);
      buffered = count;
    } else {
      crc.update(source, from, count);
      write(ByteBuffer.wrap(source, from, count));
    }
  }

  private void flush() throws IOException {
    crc.update(buffer, 0, buffered);
    write(ByteBuffer.wrap(buffer, 0, buffered));
    buffered = 0;
  }

  private void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
