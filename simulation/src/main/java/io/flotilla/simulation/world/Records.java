package io.flotilla.simulation.world;

import java.util.Arrays;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.Serializer;
import org.apache.pekko.serialization.Serializers;

/** Turns what is written into bytes and back, by the serializers that the product uses. */
final class Records {
  /** As it stands on the disk. */
  record Stored(int serializerId, String manifest, byte[] bytes, int checksum) {
    boolean isWhole() {
      return Arrays.hashCode(bytes) == checksum;
    }

    /** What a write that was cut short leaves. */
    Stored torn() {
      return new Stored(serializerId, manifest, Arrays.copyOf(bytes, bytes.length / 2), checksum);
    }
  }

  private final Serialization serialization;

  Records(ActorSystem system) {
    serialization = SerializationExtension.get(system);
  }

  Stored encode(Object object) {
    Serializer serializer = serialization.findSerializerFor(object);
    byte[] bytes = serializer.toBinary(object);
    return new Stored(serializer.identifier(), Serializers.manifestFor(serializer, object), bytes, Arrays.hashCode(bytes));
  }

  Object decode(Stored stored) {
    return serialization.deserialize(stored.bytes, stored.serializerId, stored.manifest).get();
  }
}
