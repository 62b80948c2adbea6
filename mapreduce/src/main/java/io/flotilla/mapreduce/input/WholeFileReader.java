package io.flotilla.mapreduce.input;

import io.flotilla.mapreduce.MapReduceSettings.OversizedRecords;
import io.flotilla.mapreduce.api.Bytes;
import java.io.IOException;
import java.util.Optional;

/** Whole documents, by name. */
final class WholeFileReader implements RecordReader<String, Bytes> {
  private final Documents documents;
  private final InputAccess access;
  private final Bytes value = new Bytes();
  private String source = "";
  private long bytesRead;
  private long skippedRecords;

  WholeFileReader(Documents documents, InputAccess access) {
    this.documents = documents;
    this.access = access;
  }

  @Override
  public boolean next() throws IOException {
    for (Optional<Document> next = documents.next(); next.isPresent(); next = documents.next()) {
      source = next.get().source();
      byte[] content = next.get().bytes().readNBytes(access.maxRecordBytes() + 1);
      if (content.length <= access.maxRecordBytes()) {
        bytesRead += content.length;
        value.set(content, 0, content.length);
        return true;
      }
      if (access.oversizedRecords() == OversizedRecords.FAIL) {
        throw new OversizedRecordException("file", source, 0, access.maxRecordBytes());
      }
      skippedRecords++;
    }
    return false;
  }

  @Override
  public String key() {
    return source;
  }

  @Override
  public Bytes value() {
    return value;
  }

  @Override
  public String source() {
    return source;
  }

  @Override
  public long offsetBytes() {
    return 0;
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
    return 0;
  }

  @Override
  public void close() throws IOException {
    documents.close();
  }
}
