package io.flotilla.persistence.rocksdb;

import io.flotilla.persistence.rocksdb.RecordReader.Place;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.persistence.journal.Tagged;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import scala.jdk.javaapi.CollectionConverters;
import scala.jdk.javaapi.OptionConverters;

/** Turns Pekko's events into records and back, by Pekko Serialization. */
final class EventCodec {
  private final Serialization serialization;

  EventCodec(ExtendedActorSystem system) {
    this.serialization = SerializationExtension.get(system);
  }

  /** Throws what the event's serializer throws, checked exceptions included. */
  EventRecord encode(PersistentRepr event) {
    Object payload = event.payload();
    return switch (payload) {
      case Tagged tagged ->
          encode(event, tagged.payload(), List.copyOf(CollectionConverters.asJava(tagged.tags())));
      default -> encode(event, payload, List.of());
    };
  }

  private EventRecord encode(PersistentRepr event, Object payload, List<String> tags) {
    Optional<Object> metadata = OptionConverters.toJava(event.metadata());
    return new EventRecord(
        SerializedObject.of(serialization, payload),
        event.manifest(),
        event.writerUuid(),
        event.timestamp(),
        tags,
        metadata.map(it -> SerializedObject.of(serialization, it)));
  }

  PersistentRepr decode(String persistenceId, long sequenceNr, EventRecord record) {
    Place where = () -> "event %d of %s".formatted(sequenceNr, persistenceId);
    PersistentRepr event = PersistentRepr.apply(
            record.payload().deserialize(serialization, where),
            sequenceNr,
            persistenceId,
            record.eventManifest(),
            false,
            ActorRef.noSender(),
            record.writerUuid())
        .withTimestamp(record.timestamp());
    return record.metadata()
        .map(metadata -> event.withMetadata(metadata.deserialize(serialization, where)))
        .orElse(event);
  }
}
