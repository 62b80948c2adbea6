package io.flotilla.persistence.rocksdb;

import io.flotilla.persistence.CorruptedDataException;
import io.flotilla.persistence.StoredContent;
import io.flotilla.persistence.rocksdb.RecordReader.Place;
import io.flotilla.persistence.rocksdb.SnapshotManifest.ContentRef;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;
import java.util.Optional;

/** Content of a saved snapshot, read from the database one chunk at a time and checked against each chunk's checksum. */
final class RocksContent implements StoredContent {
  private final RocksDatabase database;
  private final String snapshot;
  private final ContentRef content;

  /** The content of {@code snapshot}, which is named so in exceptions. */
  RocksContent(RocksDatabase database, String snapshot, ContentRef content) {
    this.database = database;
    this.snapshot = snapshot;
    this.content = content;
  }

  @Override
  public long sizeBytes() {
    return content.sizeBytes();
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    try (InputStream in = open(0)) {
      in.transferTo(out);
    }
  }

  @Override
  public InputStream open(long offsetBytes) throws IOException {
    if (offsetBytes < 0 || offsetBytes > sizeBytes()) {
      throw new IllegalArgumentException("offset %d is not within [0, %d]".formatted(offsetBytes, sizeBytes()));
    }
    return new ChunkStream(offsetBytes);
  }

  private byte[] readChunk(int number) throws IOException {
    Place where = () -> "%s, chunk %d of %s".formatted(database.directory(), number, snapshot);
    try {
      byte[] key = content.ingested() ? KeyLayout.chunk(content.id(), number) : KeyLayout.smallContent(content.id());
      Optional<byte[]> record = content.ingested() ? database.getContent(key) : database.get(key);
      if (record.isEmpty()) {
        throw new FileNotFoundException(where.describe() + " is no longer there");
      }
      return RecordReader.read(where, key, record.get(), RecordReader::getBytes);
    } catch (CorruptedDataException e) {
      throw new IOException("Cannot read %s: %s".formatted(where.describe(), e.getMessage()), e);
    }
  }

  private final class ChunkStream extends InputStream {
    private byte[] chunk = {};
    private int position;
    private long offset;

    ChunkStream(long offset) {
      this.offset = offset;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int start, int length) throws IOException {
      Objects.checkFromIndexSize(start, length, target.length);
      if (length == 0) {
        return 0;
      }
      if (offset == sizeBytes()) {
        return -1;
      }
      if (position == chunk.length) {
        fetch();
      }
      int part = Math.min(length, chunk.length - position);
      System.arraycopy(chunk, position, target, start, part);
      position += part;
      offset += part;
      return part;
    }

    private void fetch() throws IOException {
      int number = (int) (offset / content.chunkBytes());
      chunk = readChunk(number);
      position = (int) (offset % content.chunkBytes());
      if (position >= chunk.length) {
        throw new IOException("Corrupted data in %s, chunk %d of %s: it is shorter than the manifest says"
            .formatted(database.directory(), number, snapshot));
      }
    }
  }
}
