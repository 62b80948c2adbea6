package io.flotilla.persistence.rocksdb;

import io.flotilla.persistence.CorruptedDataException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * Tells a torn tail from corruption, before RocksDB opens its write-ahead log. RocksDB itself either stops at the first
 * damaged record, and silently forgets the acknowledged ones after it, or refuses any damage.
 *
 * <p>A crash can only cut the last write short: its record then runs past the end of the log. So a record is torn if it
 * is incomplete and no record begins after it; everything else that does not check is corruption.
 *
 * <p>The format is RocksDB's (include/rocksdb, log_format): blocks of 32 KiB, in them records of {@code masked CRC32C
 * (4), length (2), type (1), data}; a write that spans blocks is a FIRST, some MIDDLE and a LAST record.
 */
final class WriteAheadLogCheck {
  private static final int BLOCK_BYTES = 32 << 10;
  private static final int HEADER_BYTES = 7;
  private static final int CRC_MASK_DELTA = 0xa282ead8;

  private static final int FULL = 1;
  private static final int FIRST = 2;
  private static final int LAST = 4;
  /** These carry settings of the log, not data; RocksDB itself checks them. */
  private static final int COMPRESSION = 9;
  private static final int TIMESTAMP_SIZE = 10;

  private final Path file;
  private final ByteBuffer log;

  private WriteAheadLogCheck(Path file, ByteBuffer log) {
    this.file = file;
    this.log = log.order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Reads all log files of a database; changes nothing.
   *
   * @throws CorruptedDataException a record is damaged other than by a crash; the message names the file and the place
   */
  static void verify(Path database) throws IOException {
    List<Path> logs = logs(database);
    for (int i = 0; i < logs.size(); i++) {
      boolean laterLogs = logs.subList(i + 1, logs.size()).stream().anyMatch(log -> log.toFile().length() > 0);
      verifyLog(logs.get(i), laterLogs);
    }
  }

  private static List<Path> logs(Path database) throws IOException {
    try (Stream<Path> files = Files.list(database)) {
      return files.filter(file -> file.getFileName().toString().matches("\\d+\\.log")).sorted().toList();
    }
  }

  private static void verifyLog(Path file, boolean laterLogs) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer mapped = channel.map(MapMode.READ_ONLY, 0, channel.size());
      new WriteAheadLogCheck(file, mapped).verify(laterLogs);
    }
  }

  private void verify(boolean laterLogs) {
    int position = endOfValidRecords(0);
    int damagedBytes = log.limit() - position;
    if (damagedBytes == 0) {
      return;
    }
    if (laterLogs || isComplete(position) || recordBeginsAfter(position)) {
      throw new CorruptedDataException(
          "Corrupted data in %s: the record at byte %d does not match its checksum".formatted(file, position));
    }
    RocksOptions.LOG.warn("{} ends in {} bytes of a write that a crash cut short; they are dropped", file, damagedBytes);
  }

  /** Where the first damaged record begins; the log's end if there is none. */
  private int endOfValidRecords(int start) {
    int position = start;
    while (position < log.limit()) {
      int leftInBlock = BLOCK_BYTES - position % BLOCK_BYTES;
      if (leftInBlock < HEADER_BYTES) {
        position = Math.min(log.limit(), position + leftInBlock); // too small for a record: padding
      } else if (isValidRecord(position)) {
        position += HEADER_BYTES + dataBytes(position);
      } else {
        return position;
      }
    }
    return position;
  }

  private boolean isValidRecord(int position) {
    return isComplete(position) && storedCrc(position) == crc(position);
  }

  /** Whether a record that lies wholly within its block and the file could be here. */
  private boolean isComplete(int position) {
    if (log.limit() - position < HEADER_BYTES || !isKnown(type(position))) {
      return false;
    }
    int blockEnd = position - position % BLOCK_BYTES + BLOCK_BYTES;
    return position + HEADER_BYTES + dataBytes(position) <= Math.min(blockEnd, log.limit());
  }

  private boolean recordBeginsAfter(int damaged) {
    int block = damaged - damaged % BLOCK_BYTES;
    for (int position = damaged + 1; position + HEADER_BYTES <= log.limit(); position++) {
      // The damage may have hit a length, so within its block a record may begin anywhere; beyond, blocks give the places.
      boolean sameBlock = position < block + BLOCK_BYTES;
      if (isValidRecord(position)) {
        if (type(position) == FULL || type(position) == FIRST) {
          return true;
        }
        position += HEADER_BYTES + dataBytes(position) - 1;
      } else if (!sameBlock) {
        position += BLOCK_BYTES - position % BLOCK_BYTES - 1;
      }
    }
    return false;
  }

  private static boolean isKnown(int type) {
    return (type >= FULL && type <= LAST) || type == COMPRESSION || type == TIMESTAMP_SIZE;
  }

  private int dataBytes(int position) {
    return log.getShort(position + 4) & 0xffff;
  }

  private int type(int position) {
    return log.get(position + 6) & 0xff;
  }

  private int storedCrc(int position) {
    int unmasked = log.getInt(position) - CRC_MASK_DELTA;
    return Integer.rotateLeft(unmasked, 15);
  }

  private int crc(int position) {
    CRC32C crc = new CRC32C();
    crc.update(log.slice(position + 6, 1 + dataBytes(position)));
    return (int) crc.getValue();
  }
}
