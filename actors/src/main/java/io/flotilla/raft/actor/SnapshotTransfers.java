package io.flotilla.raft.actor;

import io.flotilla.persistence.StoredContent;
import io.flotilla.raft.Effect;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.RaftMessage.InstallSnapshot;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/**
 * Reads chunks of saved snapshots and keeps chunks that arrive, both on threads that may block; what comes of it returns to the
 * peer as an {@link Event}. Belongs to the peer's thread.
 */
final class SnapshotTransfers {
  sealed interface Event extends RaftPeer.Command {}

  /** Empty: the snapshot is gone, or the offset is past its end; the core asks again. */
  record ChunkRead(PeerId to, Optional<InstallSnapshot> chunk) implements Event {}

  record ChunkReadFailed(PeerId to, Throwable cause) implements Event {}

  record ChunkStored(long lastIncludedIndex, long nextOffset) implements Event {}

  record ContentSpooled(Effect.InstallSnapshot install, StoredContent content) implements Event {}

  /** The disk does not take what the leader sends. */
  record SpoolFailed(Throwable cause) implements Event {}

  private record Chunk(byte[] data, boolean done) {}

  private static final int SAVED_SNAPSHOTS = 2;

  private final ActorContext<RaftPeer.Command> context;
  private final Replica replica;
  private final Executor blocking;
  private final Set<PeerId> reading = new HashSet<>();

  /** The latest, and the one before it: a follower may be in the middle of it. */
  private final Deque<SavedSnapshot> saved = new ArrayDeque<>();

  /** Chunks are stored in the order they came; each waits here for the one before it. */
  private CompletableFuture<Void> spooled = CompletableFuture.completedFuture(null);

  SnapshotTransfers(ActorContext<RaftPeer.Command> context, Replica replica) {
    this.context = context;
    this.replica = replica;
    this.blocking = context.getSystem().dispatchers().lookup(DispatcherSelector.blocking());
  }

  void onSaved(SavedSnapshot snapshot) {
    saved.addFirst(snapshot);
    if (saved.size() > SAVED_SNAPSHOTS) {
      saved.removeLast();
    }
  }

  /** Reads the chunk, one at a time for each follower. */
  void read(PeerId self, Effect.SendSnapshotChunk effect) {
    Optional<SavedSnapshot> wanted = saved.stream()
        .filter(snapshot -> snapshot.lastIncludedIndex() == effect.lastIncludedIndex()).findFirst();
    if (wanted.isEmpty() || !reading.add(effect.to())) {
      return;
    }
    SavedSnapshot snapshot = wanted.get();
    context.pipeToSelf(inBackground(() -> chunk(snapshot, effect.offset())),
        (chunk, failure) -> failure != null
            ? new ChunkReadFailed(effect.to(), failure)
            : new ChunkRead(effect.to(), chunk.map(read -> new InstallSnapshot(effect.term(), self,
                snapshot.lastIncludedIndex(), snapshot.lastIncludedTerm(), snapshot.membership(), effect.offset(), read.data,
                read.done))));
  }

  void onRead(PeerId to) {
    reading.remove(to);
  }

  void store(InstallSnapshot chunk) {
    inOrder(() -> write(chunk), nextOffset -> new ChunkStored(chunk.lastIncludedIndex(), nextOffset));
  }

  /** All chunks are there: get at their content. */
  void open(Effect.InstallSnapshot install) {
    inOrder(this::content, content -> new ContentSpooled(install, content));
  }

  private <T> void inOrder(Supplier<T> work, Function<T, RaftPeer.Command> result) {
    CompletableFuture<T> done = spooled.thenApplyAsync(_ -> work.get(), blocking);
    spooled = done.handle((_, _) -> null);
    context.pipeToSelf(done, (value, failure) -> failure != null ? new SpoolFailed(failure) : result.apply(value));
  }

  private <T> CompletableFuture<T> inBackground(Supplier<T> work) {
    return CompletableFuture.supplyAsync(work, blocking);
  }

  private Optional<Chunk> chunk(SavedSnapshot snapshot, long offset) {
    try {
      Optional<StoredContent> content = replica.archive().find(replica.persistenceId(), snapshot.sequenceNr());
      if (content.isEmpty() || offset > content.get().sizeBytes()) {
        return Optional.empty();
      }
      try (InputStream in = content.get().open(offset)) {
        byte[] data = in.readNBytes(replica.settings().snapshotChunkBytes());
        return Optional.of(new Chunk(data, offset + data.length == content.get().sizeBytes()));
      }
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private long write(InstallSnapshot chunk) {
    try {
      return replica.spool().write(chunk.offset(), chunk.data());
    } catch (IOException full) {
      throw new UncheckedIOException(full);
    }
  }

  private StoredContent content() {
    try {
      return replica.spool().content();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
