package io.flotilla.mapreduce.output;

import io.flotilla.mapreduce.JobRefusedException;
import io.flotilla.mapreduce.store.RecordStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;

/**
 * All keys of the store with a prefix. While the job runs, {@code PREFIX_temporary} holds its id; afterwards there is nothing but
 * its records.
 */
public record OutputKeys(String prefix, RecordStore store) implements JobOutput {
  @Override
  public void requireAbsent() throws JobRefusedException, IOException {
    if (!store.isEmpty(prefix, RecordStore.afterPrefix(prefix))) {
      throw new JobRefusedException(JobRefusedException.Reason.CONFLICT,
          "the store has keys that begin with \"%s\" already; name a prefix without any".formatted(prefix));
    }
  }

  @Override
  public void prepare(String jobId) throws JobRefusedException, IOException {
    if (isOurs(jobId)) {
      return;
    }
    requireAbsent();
    store.putIfAbsent(marker(), jobId.getBytes(StandardCharsets.UTF_8));
    if (!isOurs(jobId)) {
      throw new JobRefusedException(JobRefusedException.Reason.CONFLICT,
          "another job writes to keys that begin with \"%s\"".formatted(prefix));
    }
  }

  @Override
  public void commit(String jobId) throws IOException {
    if (isOurs(jobId)) {
      store.delete(marker());
    }
  }

  @Override
  public void abort(String jobId) throws IOException {
    if (!isOurs(jobId)) {
      return;
    }
    try {
      for (Iterator<RecordStore.Item> items = store.scan(prefix, RecordStore.afterPrefix(prefix)); items.hasNext();) {
        String key = items.next().key();
        if (!key.equals(marker())) {
          store.delete(key);
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    store.delete(marker());   // last, so that an abort cut short can be repeated
  }

  private String marker() {
    return prefix + "_temporary";
  }

  private boolean isOurs(String jobId) throws IOException {
    return store.get(marker()).filter(owner -> new String(owner, StandardCharsets.UTF_8).equals(jobId)).isPresent();
  }
}
