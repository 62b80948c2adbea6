package io.flotilla.persistence.kryo;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.Serialization;

/**
 * The types that every module needs, ids 100 to 199; numbers and strings Kryo knows by itself. Collections without nulls,
 * of any class, are read back as immutable ones in the same order.
 */
public final class CommonTypes implements KryoModule {
  @Override
  public void register(Kryo kryo, ExtendedActorSystem system) {
    registerValues(kryo);
    registerCollections(kryo);
    registerActorRefs(kryo, system);
  }

  private static void registerValues(Kryo kryo) {
    kryo.register(byte[].class, Wire.serializer((_, out, it) -> Wire.writeBytes(out, it), (_, in) -> Wire.readBytes(in)), 100);
    kryo.register(UUID.class, Wire.serializer(
        (_, out, it) -> {
          out.writeLong(it.getMostSignificantBits());
          out.writeLong(it.getLeastSignificantBits());
        },
        (_, in) -> new UUID(in.readLong(), in.readLong())), 101);
    kryo.register(Duration.class, Wire.serializer(
        (_, out, it) -> writeTime(out, it.getSeconds(), it.getNano()),
        (_, in) -> Duration.ofSeconds(in.readVarLong(false), in.readVarInt(true))), 102);
    kryo.register(Instant.class, Wire.serializer(
        (_, out, it) -> writeTime(out, it.getEpochSecond(), it.getNano()),
        (_, in) -> Instant.ofEpochSecond(in.readVarLong(false), in.readVarInt(true))), 103);
    kryo.register(Optional.class, optional(), 104);
  }

  private static void registerCollections(Kryo kryo) {
    family(kryo, List.class, Wire.<List<?>>serializer(CommonTypes::writeElements, CommonTypes::readElements), 110);
    family(kryo, Set.class, Wire.<Set<?>>serializer(
        CommonTypes::writeElements,
        (k, in) -> Collections.unmodifiableSet(new LinkedHashSet<>(readElements(k, in)))), 111);
    family(kryo, Map.class, Wire.<Map<?, ?>>serializer(CommonTypes::writeMap, CommonTypes::readMap), 112);
  }

  private static void registerActorRefs(Kryo kryo, ExtendedActorSystem system) {
    ActorRefResolver resolver = ActorRefResolver.get(Adapter.toTyped(system));
    family(kryo, org.apache.pekko.actor.typed.ActorRef.class, Wire.<org.apache.pekko.actor.typed.ActorRef<?>>serializer(
        (_, out, ref) -> out.writeString(resolver.toSerializationFormat(ref)),
        (_, in) -> resolver.resolveActorRef(in.readString())), 120);
    family(kryo, ActorRef.class, Wire.serializer(
        (_, out, ref) -> out.writeString(Serialization.serializedActorPath(ref)),
        (_, in) -> system.provider().resolveActorRef(in.readString())), 121);
  }

  private static void family(Kryo kryo, Class<?> type, Serializer<?> serializer, int id) {
    kryo.register(type, serializer, id);
    ((StrictKryo) kryo).openFamily(type);
  }

  private static void writeTime(Output out, long seconds, int nanos) {
    out.writeVarLong(seconds, false);
    out.writeVarInt(nanos, true);
  }

  private static Serializer<Optional<?>> optional() {
    return Wire.serializer(
        (kryo, out, it) -> kryo.writeClassAndObject(out, it.orElse(null)),
        (kryo, in) -> Optional.ofNullable(kryo.readClassAndObject(in)));
  }

  private static void writeElements(Kryo kryo, Output out, Collection<?> elements) {
    Wire.writeAll(out, elements, element -> kryo.writeClassAndObject(out, element));
  }

  private static List<Object> readElements(Kryo kryo, Input in) {
    return Wire.readAll(in, () -> kryo.readClassAndObject(in));
  }

  private static void writeMap(Kryo kryo, Output out, Map<?, ?> map) {
    Wire.writeAll(out, map.entrySet(), entry -> {
      kryo.writeClassAndObject(out, entry.getKey());
      kryo.writeClassAndObject(out, entry.getValue());
    });
  }

  private static Map<Object, Object> readMap(Kryo kryo, Input in) {
    Map<Object, Object> map = new LinkedHashMap<>();
    for (int left = Wire.readCount(in); left > 0; left--) {
      map.put(kryo.readClassAndObject(in), kryo.readClassAndObject(in));
    }
    return Collections.unmodifiableMap(map);
  }
}
