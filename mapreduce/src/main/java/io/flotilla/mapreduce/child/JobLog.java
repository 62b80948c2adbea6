package io.flotilla.mapreduce.child;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * What the children of a job print on a node, in a file that does not grow without end: at half the limit it becomes the old one,
 * and a new one begins. There is none as long as nothing is printed. Thread-safe.
 */
final class JobLog implements AutoCloseable {
  private final Path file;
  private final long halfBytes;
  private OutputStream out;
  private long writtenBytes;
  private boolean closed;

  JobLog(Path file, long maxBytes) {
    this.file = file;
    this.halfBytes = Math.max(1, maxBytes / 2);
  }

  Path file() {
    return file;
  }

  /** Whether something was printed. */
  boolean exists() {
    return Files.exists(file);
  }

  synchronized void write(byte[] bytes, int count) throws IOException {
    if (closed) {
      return;
    }
    if (out != null && writtenBytes + count > halfBytes) {
      out.close();
      out = null;
      Files.move(file, file.resolveSibling(file.getFileName() + ".old"), StandardCopyOption.REPLACE_EXISTING);
    }
    if (out == null) {
      Files.createDirectories(file.getParent());
      out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      writtenBytes = Files.size(file);
    }
    out.write(bytes, 0, count);
    writtenBytes += count;
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    if (out != null) {
      out.close();
    }
  }
}
