package io.flotilla.raft.actor;

import com.typesafe.config.Config;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.persistence.AtomicWrite;
import org.apache.pekko.persistence.journal.inmem.InmemJournal;
import scala.collection.immutable.Seq;
import scala.concurrent.Future;
import scala.jdk.javaapi.FutureConverters;
import scala.runtime.BoxedUnit;
import scala.util.Try;

/** A journal in memory whose disk fails for those persistence ids, for as long as they are in the set. */
public final class FailingJournal extends InmemJournal {
  static final Set<String> FAILING = ConcurrentHashMap.newKeySet();

  public FailingJournal(Config config) {
    super(config);
  }

  @Override
  public Future<Seq<Try<BoxedUnit>>> asyncWriteMessages(Seq<AtomicWrite> messages) {
    return messages.exists(write -> FAILING.contains(write.persistenceId()))
        ? FutureConverters.asScala(CompletableFuture.failedFuture(new IOException("the disk fails, says the test")))
        : super.asyncWriteMessages(messages);
  }
}
