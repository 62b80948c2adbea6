package io.flotilla.persistence.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.persistence.rocksdb.GroupSyncWriter.Operation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.WriteBatch;

/** The executor is a queue that the test empties, so what shares a group is no matter of timing. */
class GroupSyncWriterTest {
  private static final byte[] VALUE = new byte[1000];

  @TempDir Path directory;
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private RocksDatabase database;
  private GroupSyncWriter writer;

  @BeforeEach
  void open() {
    database = RocksDatabase.open(new PersistenceSettings(directory, true, 1 << 20, 1 << 20, 1 << 20, 0));
    writer = new GroupSyncWriter(database, 5_000, tasks::add);
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void whatArrivesMeanwhileIsOneGroup() {
    CompletableFuture<Void> first = put("a");
    CompletableFuture<Void> second = put("b");
    CompletableFuture<Void> third = put("c");
    assertThat(tasks).hasSize(1);
    assertThat(first).isNotDone();
    tasks.remove().run();
    assertThat(first).isCompleted();
    assertThat(second).isCompleted();
    assertThat(third).isCompleted();
    assertThat(tasks).isEmpty();
  }

  @Test
  void aGroupEndsAtItsSizeAndTheNextFollowsAsATaskOfItsOwn() {
    CompletableFuture<Void> last = null;
    for (int i = 0; i < 8; i++) {
      last = put("key" + i);
    }
    tasks.remove().run();
    assertThat(last).isNotDone();
    assertThat(tasks).hasSize(1);
    tasks.remove().run();
    assertThat(last).isCompleted();
  }

  @Test
  void anOperationThatReadsFindsAllEarlierOnesWritten() {
    CompletableFuture<Void> earlier = put("a");
    CompletableFuture<Boolean> found = new CompletableFuture<>();
    CompletableFuture<Void> reader = writer.submit(new Operation() {
      @Override
      public void addTo(WriteBatch batch) {
        found.complete(database.get("a".getBytes(StandardCharsets.UTF_8)).isPresent());
      }

      @Override
      public boolean readsDatabase() {
        return true;
      }
    });
    runAll();
    assertThat(earlier).isCompleted();
    assertThat(reader).isCompleted();
    assertThat(found).isCompletedWithValue(true);
  }

  @Test
  void anOperationThatFailsFailsAloneAndLeavesNothing() {
    CompletableFuture<Void> good = put("a");
    CompletableFuture<Void> bad = writer.submit(batch -> {
      batch.put("b".getBytes(StandardCharsets.UTF_8), VALUE);
      throw new IllegalArgumentException("bad");
    });
    CompletableFuture<Void> alsoGood = put("c");
    runAll();
    assertThat(good).isCompleted();
    assertThat(bad).isCompletedExceptionally();
    assertThat(alsoGood).isCompleted();
    assertThat(database.get("b".getBytes(StandardCharsets.UTF_8))).isEmpty();
  }

  @Test
  void afterAFailedWriteAllLaterOnesFail() {
    database.close();
    CompletableFuture<Void> first = put("a");
    runAll();
    CompletableFuture<Void> second = put("b");
    runAll();
    assertThat(first).isCompletedExceptionally();
    assertThat(second).isCompletedExceptionally();
  }

  private CompletableFuture<Void> put(String key) {
    return writer.submit(batch -> batch.put(key.getBytes(StandardCharsets.UTF_8), VALUE));
  }

  private void runAll() {
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
  }
}
