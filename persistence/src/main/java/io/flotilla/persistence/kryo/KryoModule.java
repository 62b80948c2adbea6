package io.flotilla.persistence.kryo;

import com.esotericsoftware.kryo.Kryo;
import org.apache.pekko.actor.ExtendedActorSystem;

/**
 * One module's registrations: every class that it puts on the wire or on disk, each with a fixed id. Named in
 * configuration under {@code flotilla.serialization.modules}; has a public constructor without parameters.
 *
 * <p>An id, once released, belongs to its class for ever. Ranges: 100 persistence, 200 raft, 300 key-value, 400 registry of
 * nodes and groups, 500 and up free for later modules and users from 10,000.
 */
public interface KryoModule {
  /**
   * Registers this module's classes, each by {@code kryo.register(type, serializer, id)}. Called once per Kryo instance,
   * and there are several: serializers must not be shared unless they are stateless, as those of {@link Wire} are.
   */
  void register(Kryo kryo, ExtendedActorSystem system);
}
