package io.flotilla.persistence.rocksdb;

import io.flotilla.persistence.rocksdb.SnapshotManifest.ContentRef;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rocksdb.EnvOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileWriter;

/**
 * Cuts a snapshot's content into chunks and writes them, past RocksDB's memory and log, straight into table files, which
 * {@link #finish} hands to the database in one step. So a large snapshot costs one chunk of memory and one write of each
 * byte, and the journal's writes do not wait for it. Content that fits into one chunk needs no file: {@link #single}.
 */
final class ContentWriter extends OutputStream {
  static final int CHUNK_BYTES = 256 << 10;
  private static final long FILE_BYTES = 64 << 20;

  private final RocksDatabase database;
  private final Path folder;
  private final long contentId;
  private final byte[] chunk = new byte[CHUNK_BYTES];
  private final List<Path> files = new ArrayList<>();
  private final EnvOptions environment = new EnvOptions();
  private final Options options = new Options();
  private Optional<SstFileWriter> file = Optional.empty();
  private int chunkLength;
  private int chunks;
  private long sizeBytes;

  /** Writes content under an id that was never used before; its files are made in {@code folder} first. */
  ContentWriter(RocksDatabase database, Path folder, long contentId) {
    this.database = database;
    this.folder = folder;
    this.contentId = contentId;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int written = 0;
    while (written < length) {
      if (chunkLength == CHUNK_BYTES) {
        putChunk(); // only now: what fits into one chunk must not start a file
      }
      int part = Math.min(length - written, CHUNK_BYTES - chunkLength);
      System.arraycopy(bytes, offset + written, chunk, chunkLength, part);
      chunkLength += part;
      written += part;
    }
    sizeBytes += length;
  }

  /** Hands the content over to the database, durably; nothing refers to it yet. */
  ContentRef finish() throws IOException {
    boolean ingested = chunks > 0;
    if (ingested) {
      putChunk();
      finishFile();
      database.ingestContent(files.stream().map(Path::toString).toList());
    }
    return new ContentRef(contentId, sizeBytes, CHUNK_BYTES, ingested);
  }

  /** The record of content that fits into one chunk. */
  byte[] single(byte[] key) {
    return new RecordWriter(Integer.BYTES + chunkLength).putBytes(chunk, chunkLength).seal(key);
  }

  /** Releases native memory and removes files that were not handed over. */
  @Override
  public void close() throws IOException {
    file.ifPresent(SstFileWriter::close);
    options.close();
    environment.close();
    for (Path path : files) {
      Files.deleteIfExists(path);
    }
  }

  private void putChunk() throws IOException {
    byte[] key = KeyLayout.chunk(contentId, chunks);
    byte[] record = single(key);
    try {
      SstFileWriter current = file.isPresent() ? file.get() : openFile();
      current.put(key, record);
      chunks++;
      chunkLength = 0;
      if (current.fileSize() >= FILE_BYTES) {
        finishFile();
      }
    } catch (RocksDBException e) {
      throw new IOException("Cannot write " + files.getLast() + ": " + e.getMessage(), e);
    }
  }

  private SstFileWriter openFile() throws RocksDBException {
    Path path = folder.resolve("content-%d-%d.sst".formatted(contentId, files.size()));
    files.add(path);
    SstFileWriter opened = new SstFileWriter(environment, options);
    file = Optional.of(opened);
    opened.open(path.toString());
    return opened;
  }

  private void finishFile() throws IOException {
    if (file.isEmpty()) {
      return;
    }
    try (SstFileWriter finished = file.get()) {
      file = Optional.empty();
      finished.finish();
    } catch (RocksDBException e) {
      throw new IOException("Cannot write " + files.getLast() + ": " + e.getMessage(), e);
    }
  }
}
