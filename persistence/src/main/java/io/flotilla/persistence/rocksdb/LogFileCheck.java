package io.flotilla.persistence.rocksdb;

import io.flotilla.persistence.CorruptedDataException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Tells a torn tail from corruption, before RocksDB opens its write-ahead log and its list of files (MANIFEST), which is
 * written in the same way. RocksDB itself either stops at the first damaged record, and silently forgets the
 * acknowledged ones after it, or refuses any damage.
 *
 * <p>A write is begun only after the one before it was synced, and a crash tears the last one only. So a record that does
 * not match its checksum is torn if no write begins after it: neither in its own log, nor in a later one, unless that one
 * goes on with the torn write's sequence number, as it does after a recovery. Else it is corrupt. (Damage to the very last
 * write cannot be told from a tear, by anyone; {@link RocksDatabase#close} therefore leaves no log to be damaged.)
 */
final class LogFileCheck {
  private LogFileCheck() {}

  /**
   * Reads all log files of a database and its list of files; changes nothing.
   *
   * @throws CorruptedDataException a record is damaged other than by a crash; the message names the file and the place
   */
  static void verify(Path database) throws IOException {
    verifyLogs(logFiles(database));
    for (Path manifest : currentManifest(database)) {
      verifyManifest(LogFile.ofManifest(manifest));
    }
  }

  private static void verifyLogs(List<LogFile> logs) {
    OptionalLong sequence = OptionalLong.empty();
    for (int i = 0; i < logs.size(); i++) {
      LogFile log = logs.get(i);
      int end = log.endOfValidRecords();
      OptionalLong sequenceAfter = log.sequenceAfter(end);
      sequence = sequenceAfter.isPresent() ? sequenceAfter : sequence;
      verify(log, end, sequence, firstSequence(logs.subList(i + 1, logs.size())));
    }
  }

  /** Of the first write in these logs; empty without one. */
  private static OptionalLong firstSequence(List<LogFile> logs) {
    return logs.stream().map(LogFile::firstSequence).flatMapToLong(OptionalLong::stream).findFirst();
  }

  private static void verify(LogFile log, int end, OptionalLong sequence, OptionalLong laterSequence) {
    boolean damaged = log.isRecord(end);
    boolean writesAreMissing = laterSequence.isPresent() && !laterSequence.equals(sequence);
    if ((damaged && writesAreMissing) || log.writeBeginsAfter(end)) {
      throw corrupted(log, end);
    }
    if (damaged) {
      RocksOptions.LOG.warn("{}: a crash has cut the write at byte {} short; it was not acknowledged", log.path(), end);
    }
  }

  /**
   * A list of files ends with its last record. If all that is left of the file matches the checksum, the record is whole
   * and its length is what is damaged: RocksDB would take it for torn, and forget a table that the logs no longer hold.
   */
  private static void verifyManifest(LogFile manifest) {
    int end = manifest.endOfValidRecords();
    verify(manifest, end, OptionalLong.empty(), OptionalLong.empty());
    if (manifest.isRecordUpToTheEnd(end)) {
      throw corrupted(manifest, end);
    }
  }

  private static CorruptedDataException corrupted(LogFile log, int position) {
    return new CorruptedDataException(
        "Corrupted data in %s: the record at byte %d does not match its checksum".formatted(log.path(), position));
  }

  private static List<LogFile> logFiles(Path database) throws IOException {
    List<LogFile> logs = new ArrayList<>();
    for (Path file : files(database, name -> name.matches("\\d+\\.log"))) {
      logs.add(LogFile.ofWrites(file));
    }
    return logs;
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
}
