package io.flotilla.persistence.rocksdb;

import io.flotilla.persistence.CorruptedDataException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * Tells a torn tail from corruption, before RocksDB opens its write-ahead log and its list of files (MANIFEST), which is
 * written in the same way. RocksDB itself either stops at the first damaged record, and silently forgets the
 * acknowledged ones after it, or refuses any damage.
 *
 * <p>A record is written only after the one before it was synced, and a crash tears the last one only. So a record that
 * does not match its checksum is torn if no record of the log begins after it; else it is corrupt. (Damage to the very
 * last record cannot be told from a tear, by anyone; {@link RocksDatabase#close} therefore leaves no log to be damaged.)
 *
 * <p>The format is RocksDB's (db/log_format.h): blocks of 32 KiB, in them records of {@code masked CRC32C (4), length
 * (2), type (1), log number (4; not in types up to 4), data}; a write that spans blocks is a FIRST, some MIDDLE and a LAST
 * record. Log files are used again: behind the end may lie records of an older log, which the log number gives away.
 */
final class LogFileCheck {
  private static final int BLOCK_BYTES = 32 << 10;
  private static final int CRC_MASK_DELTA = 0xa282ead8;
  private static final int LENGTH_AT = 4;
  private static final int TYPE_AT = 6;
  private static final int LOG_NUMBER_AT = 7;
  private static final int SHORT_HEADER_BYTES = 7;
  private static final int LONG_HEADER_BYTES = 11;

  /** Plain FULL, FIRST, MIDDLE, LAST; then the same four with a log number; then settings without and with one. */
  private static final int FIRST_TYPE = 1;
  private static final int FULL = 1;
  private static final int FIRST = 2;
  private static final int NUMBERED_FULL = 5;
  private static final int NUMBERED_FIRST = 6;
  private static final int NUMBERED_LAST = 8;
  private static final int NUMBERED_SETTING = 11;
  private static final int LAST_TYPE = 11;

  /** Of a file whose records bear none. */
  private static final int NO_NUMBER = 0;

  private final Path file;
  private final int logNumber;
  private final ByteBuffer log;

  private LogFileCheck(Path file, int logNumber, ByteBuffer log) {
    this.file = file;
    this.logNumber = logNumber;
    this.log = log.order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Reads all log files of a database and its list of files; changes nothing.
   *
   * @throws CorruptedDataException a record is damaged other than by a crash; the message names the file and the place
   */
  static void verify(Path database) throws IOException {
    List<LogFileCheck> logs = new ArrayList<>();
    for (Path file : logFiles(database)) {
      logs.add(map(file, (int) Long.parseLong(file.getFileName().toString().replace(".log", ""))));
    }
    for (int i = 0; i < logs.size(); i++) {
      boolean laterLogs = logs.subList(i + 1, logs.size()).stream().anyMatch(log -> log.isValidRecord(0));
      logs.get(i).verify(laterLogs);
    }
    for (Path manifest : currentManifest(database)) {
      map(manifest, NO_NUMBER).verifyWithItsEnd();
    }
  }

  private static List<Path> logFiles(Path database) throws IOException {
    return files(database, name -> name.matches("\\d+\\.log"));
  }

  /** One, or none if CURRENT is damaged, of which RocksDB tells. */
  private static List<Path> currentManifest(Path database) throws IOException {
    String current = Files.readString(database.resolve("CURRENT"), StandardCharsets.ISO_8859_1).strip();
    return files(database, current::equals);
  }

  private static List<Path> files(Path database, Predicate<String> name) throws IOException {
    try (Stream<Path> files = Files.list(database)) {
      return files.filter(file -> name.test(file.getFileName().toString())).sorted().toList();
    }
  }

  private static LogFileCheck map(Path file, int logNumber) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return new LogFileCheck(file, logNumber, channel.map(MapMode.READ_ONLY, 0, channel.size()));
    }
  }

  private void verify(boolean laterLogs) {
    int end = endOfValidRecords();
    boolean damaged = isOfThisLog(end);
    if ((damaged && laterLogs) || recordBeginsAfter(end)) {
      throw corrupted(end);
    }
    if (damaged) {
      RocksOptions.LOG.warn("{}: a crash has cut the write at byte {} short; it was not acknowledged", file, end);
    }
  }

  /**
   * For a file that ends with its last record. If all that is left of the file matches the checksum, the record is whole
   * and its length is what is damaged: RocksDB would take it for torn, and forget a table that the logs no longer hold.
   */
  private void verifyWithItsEnd() {
    verify(false);
    int end = endOfValidRecords();
    if (log.limit() - end >= SHORT_HEADER_BYTES && storedCrc(end) == crc(end, log.limit())) {
      throw corrupted(end);
    }
  }

  private CorruptedDataException corrupted(int position) {
    return new CorruptedDataException(
        "Corrupted data in %s: the record at byte %d does not match its checksum".formatted(file, position));
  }

  /** Where the records that match their checksums end. */
  private int endOfValidRecords() {
    int position = 0;
    while (position < log.limit()) {
      if (isValidRecord(position)) {
        position += sizeBytes(position);
      } else if (isPadding(position)) {
        position = nextBlock(position);
      } else {
        return position;
      }
    }
    return position;
  }

  /** Whether a data record that matches its checksum begins behind a damaged one. */
  private boolean recordBeginsAfter(int damaged) {
    int position = damaged + 1;
    int damagedBlockEnd = nextBlock(damaged);
    while (position < log.limit()) {
      if (isValidRecord(position)) {
        if (beginsWrite(type(position))) {
          return true;
        }
        position += sizeBytes(position); // the rest of the damaged write
      } else {
        // The damage may have hit a length: in its block a record may begin anywhere. The next blocks are aligned.
        position = position < damagedBlockEnd ? position + 1 : nextBlock(position);
      }
    }
    return false;
  }

  private boolean isValidRecord(int position) {
    return isOfThisLog(position)
        && position + sizeBytes(position) <= Math.min(nextBlock(position), log.limit())
        && storedCrc(position) == crc(position, position + sizeBytes(position));
  }

  private boolean isOfThisLog(int position) {
    if (log.limit() - position < LONG_HEADER_BYTES || type(position) < FIRST_TYPE || type(position) > LAST_TYPE) {
      return false;
    }
    return !isNumbered(type(position)) || log.getInt(position + LOG_NUMBER_AT) == logNumber;
  }

  /** The end of a block that is too short for a header is filled with zeros. */
  private boolean isPadding(int position) {
    int left = nextBlock(position) - position;
    if (left >= LONG_HEADER_BYTES) {
      return false;
    }
    for (int i = position; i < Math.min(position + left, log.limit()); i++) {
      if (log.get(i) != 0) {
        return false;
      }
    }
    return true;
  }

  private static int nextBlock(int position) {
    return position - position % BLOCK_BYTES + BLOCK_BYTES;
  }

  private static boolean beginsWrite(int type) {
    return type == FULL || type == FIRST || type == NUMBERED_FULL || type == NUMBERED_FIRST;
  }

  private static boolean isNumbered(int type) {
    return (type >= NUMBERED_FULL && type <= NUMBERED_LAST) || type == NUMBERED_SETTING;
  }

  private int sizeBytes(int position) {
    int headerBytes = isNumbered(type(position)) ? LONG_HEADER_BYTES : SHORT_HEADER_BYTES;
    return headerBytes + (log.getShort(position + LENGTH_AT) & 0xffff);
  }

  private int type(int position) {
    return log.get(position + TYPE_AT) & 0xff;
  }

  private int storedCrc(int position) {
    return Integer.rotateLeft(log.getInt(position) - CRC_MASK_DELTA, 15);
  }

  /** Of all that follows the length of the record that ends before {@code end}. */
  private int crc(int position, int end) {
    CRC32C crc = new CRC32C();
    crc.update(log.slice(position + TYPE_AT, end - position - TYPE_AT));
    return (int) crc.getValue();
  }
}
