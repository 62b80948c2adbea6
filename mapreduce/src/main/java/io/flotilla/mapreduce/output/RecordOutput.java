package io.flotilla.mapreduce.output;

import io.flotilla.mapreduce.api.OutputFormat;
import io.flotilla.mapreduce.store.RecordStore;
import io.flotilla.mapreduce.task.AttemptId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** What one attempt of a reduce task writes. Closed without a commit, it leaves nothing in the output. */
public interface RecordOutput<K, V> extends AutoCloseable {
  void write(K key, V value) throws IOException;

  /** Makes it the task's part of the output, durably; a twin that came first has written the same. */
  void commit() throws IOException;

  /** Bytes of keys and values, or of lines. */
  long bytesWritten();

  @Override
  void close() throws IOException;

  /**
   * Opens an attempt's output.
   *
   * @throws IOException it cannot be written, for one because the job has ended and its temporary folder is gone
   */
  static <K, V> RecordOutput<K, V> open(OutputFormat<K, V> format, String output, AttemptId attempt, Optional<RecordStore> store)
      throws IOException {
    Optional<String> prefix = RecordStore.prefixOf(output);
    if (prefix.isPresent()) {
      RecordStore target = store.orElseThrow(() -> new IOException("the store cannot be reached from here"));
      return new StoreOutput<>(format, prefix.get(), target);
    }
    return new FilePart<>(format, new OutputFolder(Path.of(output)), attempt);
  }
}
