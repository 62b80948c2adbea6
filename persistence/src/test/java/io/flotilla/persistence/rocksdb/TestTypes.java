package io.flotilla.persistence.rocksdb;

import com.esotericsoftware.kryo.Kryo;
import io.flotilla.persistence.kryo.KryoModule;
import io.flotilla.persistence.kryo.Wire;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ExtendedActorSystem;

/** Registrations of the tests' own classes. */
public final class TestTypes implements KryoModule {
  @Override
  public void register(Kryo kryo, ExtendedActorSystem system) {
    kryo.register(EventWithRef.class, Wire.<EventWithRef>serializer(
        (k, out, event) -> k.writeClassAndObject(out, event.ref()),
        (k, in) -> new EventWithRef((ActorRef) k.readClassAndObject(in))), 10_000);
  }
}
