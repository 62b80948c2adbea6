package io.flotilla.persistence.rocksdb;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rocksdb.NativeLibraryLoader;
import org.rocksdb.RocksDB;

/**
 * RocksDB's native library, which its own loader takes out of the jar into the folder of temporary files until the virtual machine ends:
 * each node that is killed would leave 15 MB behind there. What is loaded needs its file no longer, so here it goes at once.
 */
final class NativeLibrary {
  private static boolean loaded;

  private NativeLibrary() {}

  /**
   * Loads it, the first time.
   *
   * @throws UncheckedIOException the folder of temporary files ({@code java.io.tmpdir}) cannot be used
   */
  static synchronized void load() {
    if (loaded) {
      return;
    }
    try {
      Path folder = Files.createTempDirectory("flotilla-rocksdb");
      NativeLibraryLoader.getInstance().loadLibrary(folder.toString());
      delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot put RocksDB's native library into the folder of temporary files (java.io.tmpdir = %s): %s"
          .formatted(System.getProperty("java.io.tmpdir"), e.getMessage()), e);
    }
    RocksDB.loadLibrary();   // finds it loaded
    loaded = true;
  }

  private static void delete(Path folder) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Files.delete(file);
      }
      Files.delete(folder);
    } catch (IOException _) {
      // A system that does not give up the file of what is loaded: the loader deletes it at a regular end.
    }
  }
}
