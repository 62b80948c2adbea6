package io.flotilla.persistence.rocksdb;

import com.typesafe.config.Config;
import io.flotilla.persistence.rocksdb.JournalStore.Append;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.dispatch.Futures;
import org.apache.pekko.persistence.AtomicWrite;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.persistence.journal.japi.AsyncWriteJournal;
import scala.concurrent.ExecutionContext;
import scala.concurrent.Future;
import scala.jdk.javaapi.CollectionConverters;
import scala.jdk.javaapi.FutureConverters;

/**
 * The journal plugin {@code flotilla.persistence.journal}: translates between Pekko's plugin API and {@link
 * JournalStore}. An event that cannot be serialized is rejected, alone; a write that fails, fails the whole request.
 */
public final class RocksJournal extends AsyncWriteJournal {
  private final JournalStore store;
  private final EventCodec codec;
  private final ExecutionContext replays;

  /** Made by Pekko, with the plugin's own block of the configuration. */
  public RocksJournal(Config config) {
    ExtendedActorSystem system = (ExtendedActorSystem) context().system();
    store = RocksPersistence.get(system).journal();
    codec = new EventCodec(system);
    replays = system.dispatchers().lookup(config.getString("replay-dispatcher"));
  }

  @Override
  public Future<Iterable<Optional<Exception>>> doAsyncWriteMessages(Iterable<AtomicWrite> writes) {
    List<Append> appends = new ArrayList<>();
    List<Optional<Exception>> results = new ArrayList<>();
    for (AtomicWrite write : writes) {
      results.add(encode(write, appends));
    }
    CompletableFuture<Void> written =
        appends.isEmpty() ? CompletableFuture.completedFuture(null) : store.write(appends);
    return FutureConverters.asScala(written.thenApply(_ -> results));
  }

  /** Adds the write's events, or none of them and gives the reason for its rejection. */
  private Optional<Exception> encode(AtomicWrite write, List<Append> appends) {
    try {
      List<Append> events = new ArrayList<>();
      for (PersistentRepr event : CollectionConverters.asJava(write.payload())) {
        events.add(new Append(event.persistenceId(), event.sequenceNr(), codec.encode(event)));
      }
      appends.addAll(events);
      return Optional.empty();
    } catch (Exception e) {
      return Optional.of(e);
    }
  }

  @Override
  public Future<Void> doAsyncDeleteMessagesTo(String persistenceId, long toSequenceNr) {
    return FutureConverters.asScala(store.deleteUpTo(persistenceId, toSequenceNr));
  }

  @Override
  public Future<Void> doAsyncReplayMessages(
      String persistenceId, long fromSequenceNr, long toSequenceNr, long max, Consumer<PersistentRepr> replayed) {
    return Futures.future(() -> {
      store.replay(persistenceId, fromSequenceNr, toSequenceNr, max, (sequenceNr, event) ->
          replayed.accept(codec.decode(persistenceId, sequenceNr, event)));
      return null;
    }, replays);
  }

  @Override
  public Future<Long> doAsyncReadHighestSequenceNr(String persistenceId, long fromSequenceNr) {
    // An actor that restarts may ask while its last write is still queued: to answer without it would give its numbers twice.
    return FutureConverters.asScala(
        store.flushed().thenApply(_ -> store.highestSequenceNr(persistenceId)));
  }
}
