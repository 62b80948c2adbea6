package io.flotilla.mapreduce.sort;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * Reads one segment, from a file or from memory, and compares its checksum at the end: until then what it gives may be wrong, so
 * nothing made of it is to be made known before.
 */
public final class SegmentCursor implements RecordCursor {
  private static final int BUFFER_BYTES = 64 * 1024;
  /** Longer is no record of ours: sort-buffer is smaller. */
  private static final int MAX_RECORD_BYTES = Integer.MAX_VALUE - 64;

  private final Source source;
  private final String name;
  private final int expectedCrc;
  private final CRC32C crc = new CRC32C();
  private long unread;
  private byte[] buffer;
  private int at;
  private int end;
  private int keyFrom;
  private int keyLength;
  private int valueLength;

  /** Where bytes come from. */
  private interface Source {
    int read(byte[] target, int from, int count) throws IOException;

    void close() throws IOException;
  }

  private SegmentCursor(Source source, byte[] buffer, String name, long lengthBytes, int expectedCrc) {
    this.source = source;
    this.buffer = buffer;
    this.name = name;
    this.unread = lengthBytes;
    this.expectedCrc = expectedCrc;
  }

  public static SegmentCursor ofFile(Path path, long offset, long lengthBytes, int crc) throws IOException {
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    byte[] buffer = new byte[(int) Math.min(BUFFER_BYTES, lengthBytes)];
    return new SegmentCursor(new FileSource(channel, offset), buffer, path.toString(), lengthBytes, crc);
  }

  public static SegmentCursor ofFile(SegmentFile file, int partition) throws IOException {
    SegmentFile.Segment segment = file.segments().get(partition);
    return ofFile(file.path(), segment.offset(), segment.lengthBytes(), segment.crc());
  }

  /** A segment whose checksum has been compared already. */
  public static SegmentCursor ofMemory(byte[] segment) {
    CRC32C crc = new CRC32C();
    SegmentCursor cursor = new SegmentCursor(NO_SOURCE, segment, "memory", 0, (int) crc.getValue());
    cursor.end = segment.length;
    return cursor;
  }

  @Override
  public boolean next() throws IOException {
    at = Math.addExact(keyFrom + keyLength, valueLength);
    if (at == end && unread == 0) {
      requireSound((int) crc.getValue() == expectedCrc, "its checksum is not that with which it was written");
      return false;
    }
    if (end - at < 2 * Varint.MAX_BYTES && unread > 0) {
      fill(2 * Varint.MAX_BYTES);
    }
    keyLength = lengthAt(at);
    int afterKeyLength = at + Varint.size(keyLength);
    valueLength = lengthAt(afterKeyLength);
    int lengthsBytes = Varint.size(keyLength) + Varint.size(valueLength);
    long recordBytes = (long) lengthsBytes + keyLength + valueLength;
    requireSound(recordBytes <= end - at + unread && recordBytes <= MAX_RECORD_BYTES, "a record reaches beyond its end");
    if (end - at < recordBytes) {
      fill((int) recordBytes);
    }
    keyFrom = at + lengthsBytes;
    return true;
  }

  private int lengthAt(int position) throws CorruptSegmentException {
    int last = position;
    while (last < end && buffer[last] < 0 && last - position < Varint.MAX_BYTES - 1) {
      last++;
    }
    requireSound(last < end, "a length reaches beyond its end");
    int length = Varint.read(buffer, position);
    requireSound(length >= 0, "a length is negative");
    return length;
  }

  /** Moves what is left to the buffer's start and reads on, so that so many bytes are there, or all that is left. */
  private void fill(int wanted) throws IOException {
    int left = end - at;
    byte[] target = wanted > buffer.length ? new byte[(int) Math.min(left + unread, Math.max(wanted, BUFFER_BYTES))] : buffer;
    System.arraycopy(buffer, at, target, 0, left);
    buffer = target;
    at = 0;
    end = left;
    while (end < buffer.length && unread > 0) {
      int count = source.read(buffer, end, (int) Math.min(unread, buffer.length - end));
      requireSound(count > 0, "it is cut short");
      crc.update(buffer, end, count);
      end += count;
      unread -= count;
    }
  }

  private void requireSound(boolean sound, String fault) throws CorruptSegmentException {
    if (!sound) {
      throw new CorruptSegmentException("segment in %s: %s".formatted(name, fault));
    }
  }

  @Override
  public byte[] array() {
    return buffer;
  }

  @Override
  public int keyFrom() {
    return keyFrom;
  }

  @Override
  public int keyLength() {
    return keyLength;
  }

  @Override
  public int valueFrom() {
    return keyFrom + keyLength;
  }

  @Override
  public int valueLength() {
    return valueLength;
  }

  @Override
  public void close() throws IOException {
    source.close();
  }

  private static final Source NO_SOURCE = new Source() {
    @Override
    public int read(byte[] target, int from, int count) {
      return -1;
    }

    @Override
    public void close() {}
  };

  /** A stretch of a file. */
  private static final class FileSource implements Source {
    private final FileChannel channel;
    private long position;

    FileSource(FileChannel channel, long position) {
      this.channel = channel;
      this.position = position;
    }

    @Override
    public int read(byte[] target, int from, int count) throws IOException {
      int read = channel.read(ByteBuffer.wrap(target, from, count), position);
      position += Math.max(0, read);
      return read;
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
