package io.flotilla.mapreduce.sort;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A file of sorted records, one segment a partition: {@code magic version | segment… | entry… | checksum count magic}. An entry of
 * the index is offset, length and number of records (8 bytes each) and the segment's CRC32C (4); the index has a checksum as well.
 * Numbers are big-endian. {@link SegmentFileWriter} writes it.
 */
public record SegmentFile(Path path, List<Segment> segments) {
  static final int MAGIC = 0x464D5253;   // FMRS
  static final int VERSION = 1;
  static final int HEADER_BYTES = 2 * Integer.BYTES;
  static final int ENTRY_BYTES = 3 * Long.BYTES + Integer.BYTES;
  private static final int TRAILER_BYTES = 3 * Integer.BYTES;

  /** Where one partition's records are. */
  public record Segment(long offset, long lengthBytes, long records, int crc) {}

  public SegmentFile {
    segments = List.copyOf(segments);
  }

  /**
   * Reads a file's index.
   *
   * @throws CorruptSegmentException it is no such file, of another version, or damaged
   */
  public static SegmentFile open(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return new SegmentFile(path, readIndex(path, channel));
    }
  }

  public List<Long> segmentBytes() {
    return segments.stream().map(Segment::lengthBytes).toList();
  }

  private static List<Segment> readIndex(Path path, FileChannel channel) throws IOException {
    long size = channel.size();
    requireSound(size >= HEADER_BYTES + TRAILER_BYTES, path, "too short");
    ByteBuffer header = read(channel, 0, HEADER_BYTES);
    requireSound(header.getInt() == MAGIC, path, "no segment file");
    int version = header.getInt();
    requireSound(version == VERSION, path, "of format version %d, where %d is understood".formatted(version, VERSION));
    ByteBuffer trailer = read(channel, size - TRAILER_BYTES, TRAILER_BYTES);
    int crc = trailer.getInt();
    int count = trailer.getInt();
    requireSound(trailer.getInt() == MAGIC, path, "cut short");
    long indexBytes = (long) count * ENTRY_BYTES;
    requireSound(count >= 0 && indexBytes <= size - HEADER_BYTES - TRAILER_BYTES, path, "its index is damaged");
    ByteBuffer index = read(channel, size - TRAILER_BYTES - indexBytes, (int) indexBytes);
    requireSound(crcOf(index.duplicate()) == crc, path, "its index is damaged");
    List<Segment> segments = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      segments.add(new Segment(index.getLong(), index.getLong(), index.getLong(), index.getInt()));
    }
    return segments;
  }

  static ByteBuffer encodeIndex(List<Segment> segments) {
    ByteBuffer buffer = ByteBuffer.allocate(segments.size() * ENTRY_BYTES + TRAILER_BYTES);
    segments.forEach(s -> buffer.putLong(s.offset).putLong(s.lengthBytes).putLong(s.records).putInt(s.crc));
    int crc = crcOf(buffer.duplicate().flip());
    return buffer.putInt(crc).putInt(segments.size()).putInt(MAGIC).flip();
  }

  private static int crcOf(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  private static void requireSound(boolean sound, Path path, String fault) throws CorruptSegmentException {
    if (!sound) {
      throw new CorruptSegmentException(path + ": " + fault);
    }
  }

  private static ByteBuffer read(FileChannel channel, long from, int count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, from + buffer.position()) < 0) {
        throw new EOFException("the file became shorter while it was read");
      }
    }
    return buffer.flip();
  }
}
