package io.flotilla.raft.actor;

import io.flotilla.persistence.StoredContent;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Gathers a snapshot in a file. Nothing is synced: after a crash the leader sends it again. */
public final class FileSnapshotSpool implements SnapshotSpool {
  private final Path file;

  /** Spools into {@code file}; its folder is made when the first chunk comes. */
  public FileSnapshotSpool(Path file) {
    this.file = file;
  }

  @Override
  public long write(long offset, byte[] data) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      if (offset > channel.size()) {
        throw new IOException("%s ends at %d, before the chunk at %d".formatted(file, channel.size(), offset));
      }
      channel.truncate(offset);
      channel.position(offset);
      ByteBuffer buffer = ByteBuffer.wrap(data);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      return channel.size();
    }
  }

  @Override
  public StoredContent content() throws IOException {
    return new FileContent(file, Files.size(file));
  }

  @Override
  public void clear() throws IOException {
    Files.deleteIfExists(file);
  }

  private record FileContent(Path file, long sizeBytes) implements StoredContent {
    @Override
    public InputStream open(long offsetBytes) throws IOException {
      FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
      channel.position(offsetBytes);
      return Channels.newInputStream(channel);
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      Files.copy(file, out);
    }
  }
}
