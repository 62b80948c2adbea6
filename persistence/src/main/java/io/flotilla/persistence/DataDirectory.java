package io.flotilla.persistence;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import java.util.Properties;

/**
 * A node's data folder, held by this process alone: the file {@code FORMAT} says whose it is and how it is written, a
 * lock on the file {@code LOCK} keeps other processes out. The node's main opens it before it starts an actor system
 * with {@code flotilla.persistence.directory} set to it, and closes it after that has terminated.
 */
public final class DataDirectory implements AutoCloseable {
  /** Version of the folder's layout that this program writes, and the newest it can read. */
  public static final int FORMAT_VERSION = 1;

  private static final String FORMAT_FILE = "FORMAT";
  private static final String LOCK_FILE = "LOCK";
  private static final String FORMAT_KEY = "format";
  private static final String NODE_ID_KEY = "nodeId";
  private static final int MAX_HOLDER_BYTES = 64;

  /** This process must not use the folder. The message names it, what was expected and what was found. */
  public static final class RefusedException extends RuntimeException {
    private RefusedException(Path path, String why) {
      super("The data folder " + path + " is refused: " + why);
    }
  }

  private final Path path;
  private final FileChannel lockFile;
  private final FileLock lock;
  private final byte[] formerHolder;

  private DataDirectory(Path path, FileChannel lockFile, FileLock lock, byte[] formerHolder) {
    this.path = path;
    this.lockFile = lockFile;
    this.lock = lock;
    this.formerHolder = formerHolder;
  }

  /**
   * Takes the folder, and creates it if there is none.
   *
   * @throws RefusedException it belongs to another node, is of a newer format, damaged, or another process holds it;
   *     nothing in it was changed
   * @throws UncheckedIOException it cannot be read or written
   */
  public static DataDirectory open(Path path, String nodeId) {
    try {
      boolean marked = isMarkedFor(path, nodeId);
      Files.createDirectories(path);
      DataDirectory directory = lock(path);
      if (!marked) {
        directory.markFor(nodeId);
      }
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException("The data folder " + path + " cannot be used: " + e, e);
    }
  }

  public Path path() {
    return path;
  }

  /** Lets other processes in, and leaves the lock's file as it was: what is in the folder may yet have been refused. */
  @Override
  public void close() {
    try {
      write(lockFile, formerHolder);
      lock.release();
      lockFile.close();
    } catch (IOException e) {
      throw new UncheckedIOException("The lock on " + path + " cannot be released: " + e, e);
    }
  }

  private static boolean isMarkedFor(Path path, String nodeId) throws IOException {
    Path file = path.resolve(FORMAT_FILE);
    if (!Files.exists(file)) {
      if (Files.exists(path.resolve("rocksdb"))) {
        throw new RefusedException(path, "it holds a database, but no file " + FORMAT_FILE + " that says whose it is");
      }
      return false;
    }
    Properties marker = read(path, file);
    int format = format(path, marker);
    if (format > FORMAT_VERSION) {
      throw new RefusedException(path, "its format is %d, this program knows up to %d".formatted(format, FORMAT_VERSION));
    }
    String owner = marker.getProperty(NODE_ID_KEY, "(none)");
    if (!owner.equals(nodeId)) {
      throw new RefusedException(path, "it belongs to node '%s', this is node '%s'".formatted(owner, nodeId));
    }
    return true;
  }

  private static Properties read(Path path, Path file) throws IOException {
    Properties marker = new Properties();
    try (InputStream in = Files.newInputStream(file)) {
      marker.load(in);
    } catch (IllegalArgumentException e) {
      throw new RefusedException(path, "its file " + FORMAT_FILE + " is damaged: " + e.getMessage());
    }
    return marker;
  }

  private static int format(Path path, Properties marker) {
    String format = marker.getProperty(FORMAT_KEY, "(none)");
    if (!format.matches("[1-9][0-9]{0,8}")) {
      throw new RefusedException(path, "its file %s is damaged: %s is '%s', expected a number from 1 to %d"
          .formatted(FORMAT_FILE, FORMAT_KEY, format, FORMAT_VERSION));
    }
    return Integer.parseInt(format);
  }

  /** Whole or not at all: a crash must not leave a folder that then is refused as damaged. */
  private void markFor(String nodeId) throws IOException {
    Properties marker = new Properties();
    marker.setProperty(FORMAT_KEY, Integer.toString(FORMAT_VERSION));
    marker.setProperty(NODE_ID_KEY, nodeId);
    Path unfinished = path.resolve(FORMAT_FILE + ".new");
    try (OutputStream out = Files.newOutputStream(unfinished)) {
      marker.store(out, "Flotilla data folder");
    }
    try (FileChannel file = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
      file.force(true);
    }
    Files.move(unfinished, path.resolve(FORMAT_FILE), StandardCopyOption.ATOMIC_MOVE);
  }

  private static DataDirectory lock(Path path) throws IOException {
    FileChannel file = FileChannel.open(
        path.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      Optional<FileLock> lock = tryLock(file);
      if (lock.isEmpty()) {
        throw new RefusedException(path, "process %s holds it".formatted(holder(file)));
      }
      byte[] formerHolder = read(file);
      write(file, Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII));
      return new DataDirectory(path, file, lock.get(), formerHolder);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static Optional<FileLock> tryLock(FileChannel file) throws IOException {
    try {
      return Optional.ofNullable(file.tryLock());
    } catch (OverlappingFileLockException e) {
      return Optional.empty(); // by another instance in this very process
    }
  }

  private static String holder(FileChannel file) throws IOException {
    String written = new String(read(file), StandardCharsets.US_ASCII);
    return written.isEmpty() ? "(unknown)" : written;
  }

  private static byte[] read(FileChannel file) throws IOException {
    ByteBuffer content = ByteBuffer.allocate((int) Math.min(file.size(), MAX_HOLDER_BYTES));
    file.read(content, 0);
    return Arrays.copyOf(content.array(), content.position());
  }

  private static void write(FileChannel file, byte[] content) throws IOException {
    file.truncate(0);
    file.write(ByteBuffer.wrap(content), 0);
  }
}
