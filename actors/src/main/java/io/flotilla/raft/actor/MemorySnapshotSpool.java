package io.flotilla.raft.actor;

import io.flotilla.persistence.StoredContent;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;

/** Gathers a snapshot in memory: for tests and simulations. */
public final class MemorySnapshotSpool implements SnapshotSpool {
  private byte[] gathered = new byte[0];

  @Override
  public synchronized long write(long offset, byte[] data) throws IOException {
    if (offset > gathered.length) {
      throw new IOException("ends at %d, before the chunk at %d".formatted(gathered.length, offset));
    }
    byte[] more = Arrays.copyOf(gathered, (int) offset + data.length);
    System.arraycopy(data, 0, more, (int) offset, data.length);
    gathered = more;
    return more.length;
  }

  @Override
  public synchronized StoredContent content() {
    return new MemoryContent(gathered);
  }

  @Override
  public synchronized void clear() {
    gathered = new byte[0];
  }

  private record MemoryContent(byte[] bytes) implements StoredContent {
    @Override
    public long sizeBytes() {
      return bytes.length;
    }

    @Override
    public InputStream open(long offsetBytes) {
      return new ByteArrayInputStream(bytes, (int) offsetBytes, bytes.length - (int) offsetBytes);
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      out.write(bytes);
    }
  }
}
