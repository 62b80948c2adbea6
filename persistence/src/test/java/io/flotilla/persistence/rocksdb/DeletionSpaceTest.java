package io.flotilla.persistence.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.persistence.rocksdb.JournalStore.Append;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeletionSpaceTest {
  private static final int EVENT_BYTES = 16 << 10;
  private static final int EVENTS_PER_ROUND = 100;
  private static final int ROUNDS = 200;

  @TempDir Path directory;

  /** 320 MB go through a folder in which never more than two rounds, 3.2 MB, are alive. */
  @Test
  void theFolderStaysSmallHoweverMuchIsWrittenAndDeleted() {
    PersistenceSettings settings = new PersistenceSettings(directory, false, 1 << 20, 1 << 20, 4 << 20, 0);
    long largest = 0;
    try (RocksDatabase database = RocksDatabase.open(settings)) {
      GroupSyncWriter writer = new GroupSyncWriter(database, settings.maxGroupBytes(), Runnable::run);
      JournalStore journal = new JournalStore(database, new PersistenceIds(database), writer);
      long sequenceNr = 0;
      for (int round = 0; round < ROUNDS; round++) {
        journal.write(events(sequenceNr + 1, round)).join();
        journal.deleteUpTo("p", sequenceNr).join();
        sequenceNr += EVENTS_PER_ROUND;
        largest = Math.max(largest, Folders.sizeBytes(directory));
      }
      assertThat(journal.highestSequenceNr("p")).isEqualTo(sequenceNr);
    }
    assertThat(largest).isLessThan(100 << 20);
  }

  private static List<Append> events(long firstSequenceNr, int seed) {
    List<Append> events = new ArrayList<>();
    for (int i = 0; i < EVENTS_PER_ROUND; i++) {
      SerializedObject payload = new SerializedObject(1, "", Contents.random(EVENT_BYTES, seed + i));
      EventRecord event = new EventRecord(payload, "", JournalClient.WRITER_UUID, 0, List.of(), Optional.empty());
      events.add(new Append("p", firstSequenceNr + i, event));
    }
    return events;
  }
}
