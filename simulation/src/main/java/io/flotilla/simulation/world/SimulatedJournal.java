package io.flotilla.simulation.world;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.persistence.AtomicWrite;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.persistence.journal.japi.AsyncWriteJournal;
import scala.concurrent.Future;
import scala.jdk.javaapi.CollectionConverters;
import scala.jdk.javaapi.FutureConverters;

/** The journal plugin: hands everything to the {@link Disk} of the node that it belongs to. */
public final class SimulatedJournal extends AsyncWriteJournal {
  private final SimulatedStorage storage = SimulatedStorage.get(context().system());

  @Override
  public Future<Iterable<Optional<Exception>>> doAsyncWriteMessages(Iterable<AtomicWrite> writes) {
    List<CompletableFuture<Object>> written = new ArrayList<>();
    for (AtomicWrite write : writes) {
      for (PersistentRepr event : CollectionConverters.asJava(write.payload())) {
        written.add(ask(event.persistenceId(), event,
            disk -> disk.append(event.persistenceId(), event.sequenceNr(), event.payload())));
      }
    }
    return FutureConverters.asScala(CompletableFuture.allOf(written.toArray(CompletableFuture[]::new)).thenApply(_ -> List.of()));
  }

  @Override
  public Future<Void> doAsyncDeleteMessagesTo(String persistenceId, long toSequenceNr) {
    return FutureConverters.asScala(ask(persistenceId, 0L, disk -> disk.deleteUpTo(persistenceId, toSequenceNr))
        .thenApply(_ -> null));
  }

  @Override
  public Future<Void> doAsyncReplayMessages(String persistenceId, long fromSequenceNr, long toSequenceNr, long max,
      Consumer<PersistentRepr> replayed) {
    return FutureConverters.asScala(ask(persistenceId, 0L, disk -> disk.replay(persistenceId, fromSequenceNr, toSequenceNr, max,
        (sequenceNr, event) -> replayed.accept(representation(persistenceId, sequenceNr, event)))).thenApply(_ -> null));
  }

  @Override
  public Future<Long> doAsyncReadHighestSequenceNr(String persistenceId, long fromSequenceNr) {
    return FutureConverters.asScala(ask(persistenceId, 0L, disk -> disk.highestSequenceNr(persistenceId)).thenApply(Long.class::cast));
  }

  private CompletableFuture<Object> ask(String persistenceId, Object nobody, Function<Disk, CompletableFuture<Object>> question) {
    return storage.diskOf(persistenceId).map(question).orElseGet(() -> CompletableFuture.completedFuture(nobody));
  }

  private static PersistentRepr representation(String persistenceId, long sequenceNr, Object event) {
    return PersistentRepr.apply(event, sequenceNr, persistenceId, PersistentRepr.Undefined(), false, ActorRef.noSender(),
        PersistentRepr.Undefined());
  }
}
