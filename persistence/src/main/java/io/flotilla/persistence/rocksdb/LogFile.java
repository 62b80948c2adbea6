package io.flotilla.persistence.rocksdb;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;

/**
 * A file in the format of RocksDB's write-ahead log (db/log_format.h), read only: blocks of 32 KiB, in them records of
 * {@code masked CRC32C (4), length (2), type (1), log number (4), data}; a write that spans blocks is a FIRST, some
 * MIDDLE and a LAST record.
 *
 * <p>Log files are used again: behind the end lie the bytes of an older log, which the log number gives away. The list of
 * files (MANIFEST) is never used again, and its records have neither a number nor the types that go with one.
 *
 * <p>Positions are bytes from the file's beginning.
 */
final class LogFile {
  private static final int BLOCK_BYTES = 32 << 10;
  private static final int CRC_MASK_DELTA = 0xa282ead8;
  private static final int LENGTH_AT = 4;
  private static final int TYPE_AT = 6;
  private static final int LOG_NUMBER_AT = 7;
  private static final int PLAIN_HEADER_BYTES = 7;
  private static final int NUMBERED_HEADER_BYTES = 11;

  /** FULL, FIRST, MIDDLE, LAST follow each other, from 1 on without and from 5 on with a log number. */
  private static final int PLAIN_FULL = 1;
  private static final int NUMBERED_FULL = 5;
  private static final int FIRST = 1;
  private static final int LAST = 3;

  /** Every write to the database begins with its first sequence number (8) and the number of its operations (4). */
  private static final int WRITE_HEADER_BYTES = 12;

  private final Path path;
  private final OptionalLong logNumber;
  private final ByteBuffer bytes;
  private final int headerBytes;
  private final int fullType;

  private LogFile(Path path, OptionalLong logNumber, ByteBuffer bytes) {
    this.path = path;
    this.logNumber = logNumber;
    this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
    this.headerBytes = logNumber.isPresent() ? NUMBERED_HEADER_BYTES : PLAIN_HEADER_BYTES;
    this.fullType = logNumber.isPresent() ? NUMBERED_FULL : PLAIN_FULL;
  }

  /** A log of writes, whose name is its number. */
  static LogFile ofWrites(Path path) throws IOException {
    return map(path, OptionalLong.of(Long.parseLong(path.getFileName().toString().replace(".log", ""))));
  }

  /** A list of files. */
  static LogFile ofManifest(Path path) throws IOException {
    return map(path, OptionalLong.empty());
  }

  private static LogFile map(Path path, OptionalLong logNumber) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return new LogFile(path, logNumber, channel.map(MapMode.READ_ONLY, 0, channel.size()));
    }
  }

  Path path() {
    return path;
  }

  /** Where the records that match their checksums end. */
  int endOfValidRecords() {
    int position = 0;
    while (isPadding(position) || isValidRecord(position)) {
      position = next(position);
    }
    return position;
  }

  /** Whether a write that matches its checksum begins behind a damaged record. */
  boolean writeBeginsAfter(int damaged) {
    int position = damaged + 1;
    int damagedBlockEnd = nextBlock(damaged);
    while (position < bytes.limit()) {
      if (isValidRecord(position)) {
        if (part(position) <= FIRST) {
          return true;
        }
        position = next(position); // the rest of the damaged write
      } else {
        // The damage may have hit a length: in its block a record may begin anywhere. The next blocks are aligned.
        position = position < damagedBlockEnd ? position + 1 : nextBlock(position);
      }
    }
    return false;
  }

  /** Whether what stands there was meant to be a record of this file, be it whole or not. */
  boolean isRecord(int position) {
    if (bytes.limit() - position < headerBytes || part(position) < 0 || part(position) > LAST) {
      return false;
    }
    return logNumber.isEmpty() || bytes.getInt(position + LOG_NUMBER_AT) == (int) logNumber.getAsLong();
  }

  /** Whether all that is left of the file from there on matches the checksum that stands there. */
  boolean isRecordUpToTheEnd(int position) {
    return bytes.limit() - position >= headerBytes && storedCrc(position) == crc(position, bytes.limit());
  }

  /** The sequence number of the file's first write; empty without one. */
  OptionalLong firstSequence() {
    return isValidRecord(0) ? OptionalLong.of(writeHeader(0).getLong()) : OptionalLong.empty();
  }

  /** The sequence number that follows the last whole write before the end of the valid records; empty if there is none. */
  OptionalLong sequenceAfter(int end) {
    int begun = 0;
    OptionalLong sequence = OptionalLong.empty();
    for (int position = 0; position < end; position = next(position)) {
      if (isPadding(position)) {
        continue;
      }
      if (part(position) <= FIRST) {
        begun = position;
      }
      if (part(position) == 0 || part(position) == LAST) {
        ByteBuffer header = writeHeader(begun);
        sequence = OptionalLong.of(header.getLong() + header.getInt());
      }
    }
    return sequence;
  }

  /** Gathered from as many records as it takes: the first one may have had no room for all of it. */
  private ByteBuffer writeHeader(int begun) {
    ByteBuffer header = ByteBuffer.allocate(WRITE_HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int position = begun; header.hasRemaining(); position = next(position)) {
      int taken = Math.min(header.remaining(), sizeBytes(position) - headerBytes);
      header.put(bytes.slice(position + headerBytes, taken));
    }
    return header.rewind();
  }

  private boolean isValidRecord(int position) {
    return isRecord(position)
        && position + sizeBytes(position) <= Math.min(nextBlock(position), bytes.limit())
        && storedCrc(position) == crc(position, position + sizeBytes(position));
  }

  /** The end of a block that is too short for a header is filled with zeros. */
  private boolean isPadding(int position) {
    int end = Math.min(nextBlock(position), bytes.limit());
    return position < end
        && nextBlock(position) - position < headerBytes
        && IntStream.range(position, end).allMatch(i -> bytes.get(i) == 0);
  }

  /** Behind a record or the padding that stands at {@code position}. */
  private int next(int position) {
    return isPadding(position) ? Math.min(nextBlock(position), bytes.limit()) : position + sizeBytes(position);
  }

  private static int nextBlock(int position) {
    return position - position % BLOCK_BYTES + BLOCK_BYTES;
  }

  private int sizeBytes(int position) {
    return headerBytes + (bytes.getShort(position + LENGTH_AT) & 0xffff);
  }

  /** 0 to 3: FULL, FIRST, MIDDLE, LAST. Anything else is no record. */
  private int part(int position) {
    return (bytes.get(position + TYPE_AT) & 0xff) - fullType;
  }

  private int storedCrc(int position) {
    return Integer.rotateLeft(bytes.getInt(position) - CRC_MASK_DELTA, 15);
  }

  /** Of all that follows the length of the record that ends before {@code end}. */
  private int crc(int position, int end) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.slice(position + TYPE_AT, end - position - TYPE_AT));
    return (int) crc.getValue();
  }
}
