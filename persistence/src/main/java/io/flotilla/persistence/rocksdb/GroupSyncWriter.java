package io.flotilla.persistence.rocksdb;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * The only way into the database: gathers all operations that arrive while a sync is under way, whoever they come from,
 * and writes them as the next group with one sync. Operations take effect in the order of {@link #submit}.
 *
 * <p>One group is written at a time, as a task of the executor given. When that is the single thread on which callers
 * submit and await, a write costs no hop between threads, and the tasks that queue behind a sync (submissions and
 * acknowledgements) run before the next group is gathered.
 */
final class GroupSyncWriter {
  /** A change of the database; its methods run on the writer's thread. */
  @FunctionalInterface
  interface Operation {
    /** Adds to the group's batch; what it throws fails this operation alone. */
    void addTo(WriteBatch batch) throws RocksDBException;

    /** Whether {@link #addTo} reads the database, and so must find all earlier operations written. */
    default boolean readsDatabase() {
      return false;
    }
  }

  private record Pending(Operation operation, CompletableFuture<Void> done) {}

  private final RocksDatabase database;
  private final long maxGroupBytes;
  private final Executor executor;
  private final Queue<Pending> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger queued = new AtomicInteger();
  private Optional<RuntimeException> failure = Optional.empty();

  GroupSyncWriter(RocksDatabase database, long maxGroupBytes, Executor executor) {
    this.database = database;
    this.maxGroupBytes = maxGroupBytes;
    this.executor = executor;
  }

  /**
   * Queues an operation.
   *
   * @return completed, on the executor's thread, once the operation is durable. When the disk fails, whether the group
   *     is on it is unknown, and all later operations fail too: after a failed sync the kernel may have dropped the
   *     data, so a sync that succeeds later would prove nothing
   */
  CompletableFuture<Void> submit(Operation operation) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    queue.add(new Pending(operation, done));
    if (queued.getAndIncrement() == 0) {
      executor.execute(this::writeGroup);
    }
    return done;
  }

  /** Completed once all that was submitted before is written: what is read from then on includes it. */
  CompletableFuture<Void> flushed() {
    return submit(_ -> {});
  }

  private void writeGroup() {
    int taken = 0;
    try (WriteBatch batch = new WriteBatch()) {
      List<Pending> group = new ArrayList<>();
      for (Pending next = queue.peek(); next != null && fits(next, batch); next = queue.peek()) {
        queue.remove();
        taken++;
        if (add(next, batch)) {
          group.add(next);
        }
      }
      commit(batch, group);
    } finally {
      if (queued.addAndGet(-taken) > 0) {
        executor.execute(this::writeGroup);
      }
    }
  }

  private boolean fits(Pending next, WriteBatch batch) {
    return batch.count() == 0 || (!next.operation.readsDatabase() && batch.getDataSize() < maxGroupBytes);
  }

  private static boolean add(Pending next, WriteBatch batch) {
    try {
      batch.setSavePoint();
      try {
        next.operation.addTo(batch);
        batch.popSavePoint();
        return true;
      } catch (RocksDBException | RuntimeException e) {
        batch.rollbackToSavePoint();
        throw e;
      }
    } catch (RocksDBException | RuntimeException e) {
      next.done.completeExceptionally(e);
      return false;
    }
  }

  private void commit(WriteBatch batch, List<Pending> group) {
    try {
      failure.ifPresent(e -> {
        throw e;
      });
      if (batch.count() > 0) {
        database.write(batch);
      }
    } catch (RuntimeException e) {
      failure = Optional.of(e);
      group.forEach(it -> it.done.completeExceptionally(e));
      return;
    }
    group.forEach(it -> it.done.complete(null));
  }
}
