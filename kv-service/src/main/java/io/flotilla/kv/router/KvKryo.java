package io.flotilla.kv.router;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.flotilla.kv.router.DirectoryProtocol.GetDirectory;
import io.flotilla.persistence.kryo.KryoModule;
import io.flotilla.persistence.kryo.Wire;
import io.flotilla.raft.PeerId;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;

/** The key-value service's classes on the wire, ids 300 to 399. Operations travel as bytes inside Raft's own messages. */
public final class KvKryo implements KryoModule {
  @Override
  public void register(Kryo kryo, ExtendedActorSystem system) {
    kryo.register(GetDirectory.class, getDirectory(ActorRefResolver.get(Adapter.toTyped(system))), 300);
    kryo.register(DirectorySnapshot.class, Wire.serializer(KvKryo::write, KvKryo::read), 301);
  }

  private static Serializer<GetDirectory> getDirectory(ActorRefResolver resolver) {
    return Wire.serializer((_, out, get) -> out.writeString(resolver.toSerializationFormat(get.replyTo())),
        (_, in) -> new GetDirectory(resolver.resolveActorRef(in.readString())));
  }

  private static void write(Kryo kryo, Output out, DirectorySnapshot directory) {
    out.writeVarLong(directory.version(), false);
    Wire.writeAll(out, directory.members().entrySet(), group -> {
      out.writeString(group.getKey());
      Wire.writeAll(out, group.getValue(), peer -> out.writeString(peer.value()));
    });
    Wire.writeAll(out, directory.addresses().entrySet(), node -> {
      out.writeString(node.getKey().value());
      out.writeString(node.getValue());
    });
  }

  private static DirectorySnapshot read(Kryo kryo, Input in) {
    long version = in.readVarLong(false);
    SortedMap<String, SortedSet<PeerId>> members = new TreeMap<>();
    for (int groups = Wire.readCount(in); groups > 0; groups--) {
      members.put(in.readString(), new TreeSet<>(Wire.readAll(in, () -> PeerId.of(in.readString()))));
    }
    SortedMap<PeerId, String> addresses = new TreeMap<>();
    for (int nodes = Wire.readCount(in); nodes > 0; nodes--) {
      addresses.put(PeerId.of(in.readString()), in.readString());
    }
    return new DirectorySnapshot(version, members, addresses);
  }
}
