package io.flotilla.mapreduce.output;

import io.flotilla.mapreduce.api.ByteSink;
import io.flotilla.mapreduce.api.OutputFormat;
import io.flotilla.mapreduce.task.AttemptId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** A text part: written in the job's temporary folder, synced, then renamed into its place. */
final class FilePart<K, V> implements RecordOutput<K, V> {
  private static final int FLUSH_BYTES = 256 * 1024;

  private final OutputFormat<K, V> format;
  private final Path temporary;
  private final Path part;
  private final FileChannel channel;
  private final ByteSink lines = new ByteSink();
  private long flushedBytes;

  FilePart(OutputFormat<K, V> format, OutputFolder folder, AttemptId attempt) throws IOException {
    this.format = format;
    this.part = folder.part(attempt.task().number());
    this.temporary = folder.temporaryPart(attempt);
    this.channel = FileChannel.open(temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
  }

  @Override
  public void write(K key, V value) throws IOException {
    format.writeLine(key, value, lines);
    if (lines.length() >= FLUSH_BYTES) {
      flush();
    }
  }

  @Override
  public void commit() throws IOException {
    flush();
    channel.force(true);
    channel.close();
    if (!Files.exists(part)) {
      Files.move(temporary, part, StandardCopyOption.ATOMIC_MOVE);
      OutputFolder.sync(part.getParent());
    }
  }

  @Override
  public long bytesWritten() {
    return flushedBytes + lines.length();
  }

  @Override
  public void close() throws IOException {
    channel.close();
    Files.deleteIfExists(temporary);
  }

  private void flush() throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(lines.array(), 0, lines.length());
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    flushedBytes += lines.length();
    lines.clear();
  }
}
