package io.flotilla.persistence.rocksdb;

import io.flotilla.persistence.CorruptedDataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * Reads a database wholly before it is opened, and changes nothing. Opening comes too early to find damage: by the time
 * RocksDB meets it, it has written its log into a new table, begun a new list of files and removed old ones.
 *
 * <p>Costs one sequential read of the folder, of which recovery needs most anyway: about a second for a gigabyte that the
 * operating system has in its cache, else what the disk takes.
 */
final class DatabaseCheck {
  private static final String CURRENT = "CURRENT";

  private DatabaseCheck() {}

  /**
   * Verifies all checksums of a database, and that this program knows its format.
   *
   * @throws CorruptedDataException a file is damaged other than by a crash; the message names it
   * @throws RocksDBException as above, found by RocksDB
   * @throws IllegalStateException the format is another one
   */
  static void verify(Path directory, RocksOptions options) throws IOException, RocksDBException {
    if (!Files.exists(directory.resolve(CURRENT))) {
      checkEmpty(directory);
      return;
    }
    LogFileCheck.verify(directory);
    List<ColumnFamilyHandle> families = new ArrayList<>();
    try (RocksDB rocks = RocksDB.openReadOnly(options.database(), directory.toString(), families(directory, options), families)) {
      try {
        checkFormat(directory, rocks);
        rocks.verifyChecksum();
      } finally {
        families.forEach(ColumnFamilyHandle::close); // before the database, or it aborts the process
      }
    }
  }

  /** Without the file CURRENT, RocksDB would take the folder for a new one and delete what is in it. */
  private static void checkEmpty(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      if (files.anyMatch(file -> file.toString().endsWith(".sst") || file.toString().endsWith(".log"))) {
        throw new CorruptedDataException("The database " + directory + " has lost its file " + CURRENT);
      }
    }
  }

  /** Those that are there: a crash may have come between the creation of the first and the second. */
  private static List<ColumnFamilyDescriptor> families(Path directory, RocksOptions options) throws RocksDBException {
    try (Options defaults = new Options()) {
      List<byte[]> names = RocksDB.listColumnFamilies(defaults, directory.toString());
      if (names.isEmpty()) { // also of a file that cannot be read at all
        throw new CorruptedDataException("The database %s has no list of its files where %s says".formatted(directory, CURRENT));
      }
      return names.stream().map(name -> new ColumnFamilyDescriptor(name, options.records())).toList();
    }
  }

  private static void checkFormat(Path directory, RocksDB rocks) throws RocksDBException {
    byte[] found = rocks.get(KeyLayout.format());
    if (found != null && (found.length != 1 || found[0] != RocksDatabase.FORMAT_VERSION)) {
      throw new IllegalStateException("The database %s has format version %s, this program knows %d"
          .formatted(directory, found.length == 1 ? found[0] : "(none)", RocksDatabase.FORMAT_VERSION));
    }
  }
}
