package io.flotilla.mapreduce.input;

import io.flotilla.mapreduce.MapReduceSettings.OversizedRecords;
import java.io.IOException;
import java.util.Optional;

/** Lines, by the offset of their first byte. */
final class LineReader<V> implements RecordReader<Long, V> {
  private final Documents documents;
  private final InputAccess access;
  private final LineValue<V> values;
  private final LineScanner scanner;
  private Optional<Document> document = Optional.empty();
  private String source = "";
  private long endByte;
  private V value;
  private long bytesRead;
  private long skippedRecords;

  /** What a line becomes. */
  interface LineValue<V> {
    V of(byte[] array, int from, int length);

    /** Lines so far that were not what they should be. */
    long malformed();
  }

  LineReader(Documents documents, InputAccess access, LineValue<V> values) {
    this.documents = documents;
    this.access = access;
    this.values = values;
    this.scanner = new LineScanner(access.maxRecordBytes());
  }

  @Override
  public boolean next() throws IOException {
    do {
      while (document.isEmpty() || scanner.offset() >= endByte || !scanner.next()) {
        if (!nextDocument()) {
          return false;
        }
      }
      bytesRead += scanner.offset() - scanner.lineOffset();
    } while (scanner.isTooLong() && skip());
    value = values.of(scanner.array(), scanner.lineFrom(), scanner.lineLength());
    return true;
  }

  private boolean nextDocument() throws IOException {
    document = documents.next();
    if (document.isEmpty()) {
      return false;
    }
    Document opened = document.get();
    source = opened.source();
    endByte = opened.endByte();
    boolean midway = opened.firstByte() > 0;
    scanner.read(opened.bytes(), midway ? opened.firstByte() - 1 : 0);
    if (midway) {
      // The line that reaches in from before belongs there. If the byte before is a newline, this skips just that one.
      scanner.skipLine();
    }
    return true;
  }

  private boolean skip() throws OversizedRecordException {
    if (access.oversizedRecords() == OversizedRecords.FAIL) {
      throw new OversizedRecordException("line", source, scanner.lineOffset(), access.maxRecordBytes());
    }
    skippedRecords++;
    return true;
  }

  @Override
  public Long key() {
    return scanner.lineOffset();
  }

  @Override
  public V value() {
    return value;
  }

  @Override
  public String source() {
    return source;
  }

  @Override
  public long offsetBytes() {
    return scanner.lineOffset();
  }

  @Override
  public long bytesRead() {
    return bytesRead;
  }

  @Override
  public long skippedRecords() {
    return skippedRecords;
  }

  @Override
  public long malformedRecords() {
    return values.malformed();
  }

  @Override
  public void close() throws IOException {
    documents.close();
  }
}
