package io.flotilla.persistence.rocksdb;

import static io.flotilla.persistence.rocksdb.JournalClient.atomically;
import static io.flotilla.persistence.rocksdb.JournalClient.event;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.persistence.rocksdb.JournalClient.Replayed;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.LongStream;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.persistence.DeleteMessagesSuccess;
import org.apache.pekko.persistence.JournalProtocol.WriteMessageRejected;
import org.apache.pekko.persistence.JournalProtocol.WriteMessageSuccess;
import org.apache.pekko.persistence.JournalProtocol.WriteMessagesSuccessful$;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.persistence.journal.Tagged;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import scala.jdk.javaapi.CollectionConverters;

/** Pekko's contract of a journal plugin, one test a rule. */
class JournalContractTest {
  @TempDir static Path directory;
  private static TestSystem system;
  private static JournalClient journal;

  private final String persistenceId = "p-" + UUID.randomUUID();

  @BeforeAll
  static void start() {
    system = TestSystem.start(directory);
    journal = new JournalClient(system);
  }

  @AfterAll
  static void stop() {
    system.close();
  }

  @Test
  void eventsAreReplayedAsTheyWereWritten() {
    journal.write(persistenceId, 1, 5);
    Replayed replayed = journal.replay(persistenceId);
    assertThat(replayed.payloads()).containsExactly("a-1", "a-2", "a-3", "a-4", "a-5");
    assertThat(replayed.highestSequenceNr()).isEqualTo(5);
    PersistentRepr first = replayed.events().getFirst();
    assertThat(first.sequenceNr()).isEqualTo(1);
    assertThat(first.persistenceId()).isEqualTo(persistenceId);
    assertThat(first.writerUuid()).isEqualTo(JournalClient.WRITER_UUID);
    assertThat(first.sender()).isEqualTo(ActorRef.noSender());
    assertThat(first.deleted()).isFalse();
  }

  @ParameterizedTest(name = "of 1..5, from {0} to {1}, at most {2}: {3} events from {4}")
  @CsvSource({
      "3, 9223372036854775807, 9223372036854775807, 3, 3",
      "0, 3, 9223372036854775807, 3, 1",
      "0, 9223372036854775807, 3, 3, 1",
      "2, 3, 9223372036854775807, 2, 2",
      "2, 5, 2, 2, 2",
      "2, 2, 9223372036854775807, 1, 2",
      "2, 4, 1, 1, 2",
      "2, 4, 0, 0, 0",
      "3, 2, 9223372036854775807, 0, 0",
      "6, 9223372036854775807, 9223372036854775807, 0, 0"})
  void replayKeepsToRangeAndLimit(long from, long to, long max, int count, long first) {
    journal.write(persistenceId, 1, 5);
    Replayed replayed = journal.replay(persistenceId, from, to, max);
    assertThat(replayed.events()).extracting(PersistentRepr::sequenceNr)
        .containsExactlyElementsOf(LongStream.range(first, first + count).boxed().toList());
    assertThat(replayed.highestSequenceNr()).isEqualTo(5);
  }

  @Test
  void anActorThatNeverWroteHasNothing() {
    Replayed replayed = journal.replay(persistenceId);
    assertThat(replayed.events()).isEmpty();
    assertThat(replayed.highestSequenceNr()).isZero();
  }

  @Test
  void idsThatBeginAlikeAreKeptApart() {
    journal.write(persistenceId, 1, 2);
    journal.write(persistenceId + "-x", 1, 3);
    assertThat(journal.replay(persistenceId).events()).hasSize(2);
    assertThat(journal.replay(persistenceId + "-x").events()).hasSize(3);
  }

  @Test
  void deletedEventsAreNotReplayed() {
    journal.write(persistenceId, 1, 5);
    assertThat(journal.deleteUpTo(persistenceId, 3)).isEqualTo(new DeleteMessagesSuccess(3));
    assertThat(journal.replay(persistenceId).payloads()).containsExactly("a-4", "a-5");
  }

  @Test
  void theHighestSequenceNumberSurvivesDeletionOfEverything() {
    journal.write(persistenceId, 1, 5);
    journal.deleteUpTo(persistenceId, Long.MAX_VALUE);
    Replayed replayed = journal.replay(persistenceId);
    assertThat(replayed.events()).isEmpty();
    assertThat(replayed.highestSequenceNr()).isEqualTo(5);
    assertThat(journal.replay(persistenceId, 3, Long.MAX_VALUE, Long.MAX_VALUE).highestSequenceNr()).isEqualTo(5);
  }

  @Test
  void writingGoesOnAfterDeletion() {
    journal.write(persistenceId, 1, 5);
    journal.deleteUpTo(persistenceId, Long.MAX_VALUE);
    journal.write(persistenceId, 6, 7);
    journal.deleteUpTo(persistenceId, 6);
    Replayed replayed = journal.replay(persistenceId);
    assertThat(replayed.payloads()).containsExactly("a-7");
    assertThat(replayed.highestSequenceNr()).isEqualTo(7);
  }

  @Test
  void deletingTwiceOrNothingIsHarmless() {
    assertThat(journal.deleteUpTo(persistenceId, 10)).isEqualTo(new DeleteMessagesSuccess(10));
    journal.write(persistenceId, 1, 5);
    journal.deleteUpTo(persistenceId, 3);
    journal.deleteUpTo(persistenceId, 2);
    assertThat(journal.replay(persistenceId).payloads()).containsExactly("a-4", "a-5");
  }

  @Test
  void anAtomicWriteOfSeveralEventsIsStoredAsOne() {
    List<Object> answers = journal.write(
        atomically(event(persistenceId, 1, "one"), event(persistenceId, 2, "two"), event(persistenceId, 3, "three")));
    assertThat(answers.getFirst()).isEqualTo(WriteMessagesSuccessful$.MODULE$);
    assertThat(answers.subList(1, 4)).hasOnlyElementsOfType(WriteMessageSuccess.class);
    assertThat(journal.replay(persistenceId).payloads()).containsExactly("one", "two", "three");
  }

  @Test
  void anEventThatCannotBeSerializedIsRejectedWithItsWholeAtomicWriteAndNoOther() {
    Object notSerializable = new Object();
    List<Object> answers = journal.write(
        atomically(event(persistenceId, 1, "one")),
        atomically(event(persistenceId, 2, "two"), event(persistenceId, 3, notSerializable)),
        atomically(event(persistenceId, 4, "four")));
    assertThat(answers.getFirst()).isEqualTo(WriteMessagesSuccessful$.MODULE$);
    assertThat(answers.get(1)).isInstanceOf(WriteMessageSuccess.class);
    assertThat(answers.get(2)).isInstanceOf(WriteMessageRejected.class);
    assertThat(answers.get(3)).isInstanceOf(WriteMessageRejected.class);
    assertThat(answers.get(4)).isInstanceOf(WriteMessageSuccess.class);
    assertThat(journal.replay(persistenceId).payloads()).containsExactly("one", "four");
  }

  @Test
  void metadataManifestAndTimestampComeBack() {
    PersistentRepr written = event(persistenceId, 1, "one")
        .withMetadata("meta").withManifest("adapter-manifest").withTimestamp(1234567890123L);
    journal.write(atomically(written));
    PersistentRepr read = journal.replay(persistenceId).events().getFirst();
    assertThat(read.metadata().get()).isEqualTo("meta");
    assertThat(read.manifest()).isEqualTo("adapter-manifest");
    assertThat(read.timestamp()).isEqualTo(1234567890123L);
  }

  @Test
  void tagsAreStrippedFromTheEvent() {
    Tagged tagged = new Tagged("one", CollectionConverters.asScala(Set.of("blue")).toSet());
    journal.write(atomically(event(persistenceId, 1, tagged)));
    assertThat(journal.replay(persistenceId).payloads()).containsExactly("one");
  }

  @Test
  void anActorReferenceInAnEventIsResolvedAgain() {
    ActorRef ref = system.probe().getRef();
    journal.write(atomically(event(persistenceId, 1, new EventWithRef(ref))));
    assertThat(journal.replay(persistenceId).payloads()).containsExactly(new EventWithRef(ref));
  }
}
