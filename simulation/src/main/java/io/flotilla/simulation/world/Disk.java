package io.flotilla.simulation.world;

import io.flotilla.persistence.StoredContent;
import io.flotilla.persistence.StreamedSnapshot;
import io.flotilla.raft.BrokenInvariant;
import io.flotilla.raft.actor.MemorySnapshotSpool;
import io.flotilla.raft.actor.RaftLogEvent;
import io.flotilla.raft.actor.SnapshotHeader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.apache.pekko.persistence.SelectedSnapshot;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;

/**
 * A node's disk: journals and snapshots, as bytes. Does one thing after the other, each taking its time. A crash of the node leaves what
 * was acknowledged, some or all of what was not, in the order asked, and of the write after that perhaps a part.
 */
public final class Disk {
  /** Something that the disk has to do. */
  private record Task(boolean isWrite, Supplier<Object> work, Runnable inPart, CompletableFuture<Object> done) {}

  private final World world;
  private final String name;
  private final RandomGenerator random;
  private final Records records;
  private final TreeMap<String, JournalRecords> journals = new TreeMap<>();
  private final TreeMap<String, TreeMap<Long, SavedSnapshot>> snapshots = new TreeMap<>();
  private final TreeMap<String, DurableReplica> replicas = new TreeMap<>();
  private final Deque<Task> tasks = new ArrayDeque<>();
  private DiskConditions conditions = DiskConditions.FAST;
  private boolean mounted = true;
  private long crashes;

  /** A snapshot on the disk. */
  record SavedSnapshot(SnapshotMetadata metadata, Records.Stored header, byte[] content) {}

  Disk(World world, String name, RandomGenerator random) {
    this.world = world;
    this.name = name;
    this.random = random;
    records = new Records(world.kernel().system());
  }

  /** From now on, for tasks that are not under way. */
  public void become(DiskConditions now) {
    world.event("disk of %s: %s", name, now);
    conditions = now;
  }

  /** What a replica would find if its node crashed now and lost all that it may lose. */
  public DurableReplica durable(String persistenceId) {
    return replicas.computeIfAbsent(persistenceId, _ -> new DurableReplica());
  }

  /** Bytes of a journal, as the replica's next recovery would read them. */
  public long journalBytes(String persistenceId) {
    return journal(persistenceId).bytes();
  }

  /** Bytes of the newest snapshot's content; 0 if there is none. */
  public long snapshotBytes(String persistenceId) {
    return newest(persistenceId, SnapshotSelectionCriteria.latest()).map(saved -> (long) saved.content.length).orElse(0L);
  }

  // Power

  void crash() {
    mounted = false;
    crashes++;
    int unfinished = tasks.size();
    int survive = random.nextInt(unfinished + 1);
    for (int i = 0; i < survive; i++) {
      Object _ = tasks.removeFirst().work.get();
    }
    if (!tasks.isEmpty()) {
      tasks.removeFirst().inPart.run();
    }
    tasks.clear();
    world.event("disk of %s did %d of %d unfinished tasks", name, survive, unfinished);
  }

  void mount() {
    mounted = true;
  }

  private CompletableFuture<Object> read(Supplier<Object> work) {
    return ask(false, work, () -> { });
  }

  private CompletableFuture<Object> write(Supplier<Object> work) {
    return ask(true, work, () -> { });
  }

  private CompletableFuture<Object> ask(boolean isWrite, Supplier<Object> work, Runnable inPart) {
    if (isWrite && conditions.full()) {
      return CompletableFuture.failedFuture(new IOException("no space left on the disk of " + name));
    }
    CompletableFuture<Object> done = new CompletableFuture<>();
    if (mounted) {
      tasks.add(new Task(isWrite, work, inPart, done));
      if (tasks.size() == 1) {
        doNextLater();
      }
    }
    return done;
  }

  private void doNextLater() {
    long before = crashes;
    Delay delay = tasks.getFirst().isWrite ? conditions.write() : conditions.read();
    world.after(Duration.ofNanos(delay.nanos(random)), () -> {
      if (crashes == before) {
        doNext();
      }
    });
  }

  private void doNext() {
    Task task = tasks.removeFirst();
    if (!tasks.isEmpty()) {
      doNextLater();
    }
    try {
      boolean _ = task.done.complete(task.work.get());
    } catch (RuntimeException failed) {
      boolean _ = task.done.completeExceptionally(failed);
    }
  }

  // Journals

  private JournalRecords journal(String persistenceId) {
    return journals.computeIfAbsent(persistenceId, _ -> new JournalRecords());
  }

  CompletableFuture<Object> append(String persistenceId, long sequenceNr, Object event) {
    Records.Stored stored = records.encode(event);
    world.trace().fact(stored.bytes().length);
    return ask(true, () -> {
      journal(persistenceId).append(sequenceNr, stored);
      if (event instanceof RaftLogEvent raft) {
        note(persistenceId, raft);
      }
      if (world.trace().isRead()) {
        world.line("disk of %s holds %s %d: %s", name, persistenceId, sequenceNr, event);
      }
      return stored;
    }, () -> journal(persistenceId).tear(sequenceNr, stored));
  }

  /** What cannot be made of the log before it should not have been written. */
  private void note(String persistenceId, RaftLogEvent event) {
    try {
      durable(persistenceId).on(event);
    } catch (BrokenInvariant broken) {
      world.fail(broken);
    }
  }

  /** What every recovery asks for, whether there are events to replay or not. */
  CompletableFuture<Object> highestSequenceNr(String persistenceId) {
    return read(() -> {
      recoverDurable(persistenceId);
      return journal(persistenceId).highestSequenceNr();
    });
  }

  CompletableFuture<Object> deleteUpTo(String persistenceId, long sequenceNr) {
    return write(() -> {
      journal(persistenceId).deleteUpTo(sequenceNr);
      return sequenceNr;
    });
  }

  /** Reads events, in order, and gives each to the reader, decoded. */
  CompletableFuture<Object> replay(String persistenceId, long from, long to, long max, BiConsumer<Long, Object> reader) {
    return read(() -> {
      journal(persistenceId).between(from, to).entrySet().stream().limit(max)
          .forEach(entry -> reader.accept(entry.getKey(), records.decode(entry.getValue())));
      return max;
    });
  }

  /** What a recovery finds may differ from what the writes before it said: a snapshot may stand for more than the log after it. */
  private void recoverDurable(String persistenceId) {
    DurableReplica replica = durable(persistenceId);
    replica.forget();
    long after = newest(persistenceId, SnapshotSelectionCriteria.latest()).map(saved -> {
      if (records.decode(saved.header) instanceof SnapshotHeader header) {
        replica.on(header);
      }
      return saved.metadata.sequenceNr();
    }).orElse(0L);
    journal(persistenceId).between(after + 1, Long.MAX_VALUE).values().forEach(stored -> {
      if (records.decode(stored) instanceof RaftLogEvent event) {
        replica.on(event);
      }
    });
  }

  // Snapshots

  CompletableFuture<Object> save(SnapshotMetadata metadata, Object snapshot) {
    StreamedSnapshot streamed = snapshot instanceof StreamedSnapshot bulky ? bulky : new StreamedSnapshot(snapshot, _ -> { });
    SavedSnapshot saved = new SavedSnapshot(metadata, records.encode(streamed.header()), bytesOf(streamed));
    world.trace().fact(saved.content.length);
    return write(() -> {
      snapshots.computeIfAbsent(metadata.persistenceId(), _ -> new TreeMap<>()).put(metadata.sequenceNr(), saved);
      world.line("disk of %s holds a snapshot of %s up to %d", name, metadata.persistenceId(), metadata.sequenceNr());
      return saved;
    });
  }

  private static byte[] bytesOf(StreamedSnapshot snapshot) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      snapshot.content().writeTo(bytes);
      return bytes.toByteArray();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  CompletableFuture<Object> load(String persistenceId, SnapshotSelectionCriteria criteria) {
    return read(() -> newest(persistenceId, criteria).map(saved ->
        SelectedSnapshot.create(saved.metadata,
            new StreamedSnapshot(records.decode(saved.header), content(saved)))));
  }

  CompletableFuture<Object> delete(String persistenceId, SnapshotSelectionCriteria criteria) {
    return write(() -> snapshots.computeIfAbsent(persistenceId, _ -> new TreeMap<>()).values()
        .removeIf(saved -> matches(criteria, saved.metadata)));
  }

  /** The content of a snapshot, for sending it to others; reading it takes no time. */
  public Optional<StoredContent> find(String persistenceId, long sequenceNr) {
    return Optional.ofNullable(snapshots.computeIfAbsent(persistenceId, _ -> new TreeMap<>()).get(sequenceNr)).map(Disk::content);
  }

  private static StoredContent content(SavedSnapshot saved) {
    MemorySnapshotSpool memory = new MemorySnapshotSpool();
    try {
      long _ = memory.write(0, saved.content);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return memory.content();
  }

  private Optional<SavedSnapshot> newest(String persistenceId, SnapshotSelectionCriteria criteria) {
    return snapshots.computeIfAbsent(persistenceId, _ -> new TreeMap<>()).descendingMap().values().stream()
        .filter(saved -> matches(criteria, saved.metadata)).findFirst();
  }

  private static boolean matches(SnapshotSelectionCriteria criteria, SnapshotMetadata metadata) {
    return metadata.sequenceNr() <= criteria.maxSequenceNr() && metadata.sequenceNr() >= criteria.minSequenceNr();
  }
}
