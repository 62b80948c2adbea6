package io.flotilla.persistence.rocksdb;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.persistence.AtomicWrite;
import org.apache.pekko.persistence.JournalProtocol.DeleteMessagesTo;
import org.apache.pekko.persistence.JournalProtocol.RecoverySuccess;
import org.apache.pekko.persistence.JournalProtocol.ReplayMessages;
import org.apache.pekko.persistence.JournalProtocol.ReplayMessagesFailure;
import org.apache.pekko.persistence.JournalProtocol.ReplayedMessage;
import org.apache.pekko.persistence.JournalProtocol.WriteMessages;
import org.apache.pekko.persistence.PersistentEnvelope;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.testkit.javadsl.TestKit;
import scala.jdk.javaapi.CollectionConverters;

/** Speaks the journal protocol as a persistent actor would. */
final class JournalClient {
  /** What a replay sent: the events, and how it ended. */
  record Replayed(List<PersistentRepr> events, Object end) {
    long highestSequenceNr() {
      return ((RecoverySuccess) end).highestSequenceNr();
    }

    Throwable failure() {
      return ((ReplayMessagesFailure) end).cause();
    }

    List<Object> payloads() {
      return events.stream().map(PersistentRepr::payload).toList();
    }
  }

  static final String WRITER_UUID = "b6b4f6f0-5f0a-4d55-8f0b-3c2d0d3f8a11";

  private final ActorRef journal;
  private final TestKit probe;

  JournalClient(TestSystem system) {
    journal = system.journal();
    probe = system.probe();
  }

  static PersistentRepr event(String persistenceId, long sequenceNr, Object payload) {
    return PersistentRepr.apply(
        payload, sequenceNr, persistenceId, "", false, ActorRef.noSender(), WRITER_UUID);
  }

  static AtomicWrite atomically(PersistentRepr... events) {
    return AtomicWrite.apply(CollectionConverters.asScala(List.of(events)).toSeq());
  }

  /** Sends one request and gives the journal's answers: one for all, then one for each event. */
  List<Object> write(AtomicWrite... writes) {
    int events = 0;
    List<PersistentEnvelope> envelopes = new ArrayList<>();
    for (AtomicWrite write : writes) {
      events += write.size();
      envelopes.add(write);
    }
    journal.tell(new WriteMessages(CollectionConverters.asScala(envelopes).toSeq(), probe.getRef(), 1), probe.getRef());
    List<Object> answers = new ArrayList<>();
    for (int i = 0; i <= events; i++) {
      answers.add(probe.expectMsgAnyClassOf(Object.class));
    }
    return answers;
  }

  /** Writes the strings {@code a-1}, {@code a-2} and so on. */
  List<Object> write(String persistenceId, long firstSequenceNr, long lastSequenceNr) {
    return write(LongStream.rangeClosed(firstSequenceNr, lastSequenceNr)
        .mapToObj(nr -> atomically(event(persistenceId, nr, "a-" + nr)))
        .toArray(AtomicWrite[]::new));
  }

  Replayed replay(String persistenceId) {
    return replay(persistenceId, 0, Long.MAX_VALUE, Long.MAX_VALUE);
  }

  Replayed replay(String persistenceId, long fromSequenceNr, long toSequenceNr, long max) {
    journal.tell(new ReplayMessages(fromSequenceNr, toSequenceNr, max, persistenceId, probe.getRef()), probe.getRef());
    List<PersistentRepr> events = new ArrayList<>();
    Object message = probe.expectMsgAnyClassOf(Object.class);
    while (message instanceof ReplayedMessage replayed) {
      events.add(replayed.persistent());
      message = probe.expectMsgAnyClassOf(Object.class);
    }
    return new Replayed(events, message);
  }

  Object deleteUpTo(String persistenceId, long sequenceNr) {
    journal.tell(new DeleteMessagesTo(persistenceId, sequenceNr, probe.getRef()), probe.getRef());
    return probe.expectMsgAnyClassOf(Object.class);
  }
}
