package io.flotilla.raft.wire;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.flotilla.persistence.kryo.Wire;
import io.flotilla.raft.Membership;
import io.flotilla.raft.PeerId;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.pekko.actor.typed.ActorRef;

/** Fields that several records have in common. */
final class Fields {
  private Fields() {}

  /** Small numbers take few bytes: terms, indexes, ids, times. */
  static void number(Output out, long value) {
    out.writeVarLong(value, true);
  }

  static long number(Input in) {
    return in.readVarLong(true);
  }

  static void peer(Output out, PeerId peer) {
    out.writeString(peer.value());
  }

  static PeerId peer(Input in) {
    return PeerId.of(in.readString());
  }

  static void maybePeer(Output out, Optional<PeerId> maybePeer) {
    Wire.writeOptional(out, maybePeer, peer -> peer(out, peer));
  }

  static Optional<PeerId> maybePeer(Input in) {
    return Wire.readOptional(in, () -> peer(in));
  }

  static void peers(Output out, SortedSet<PeerId> peers) {
    Wire.writeAll(out, peers, peer -> peer(out, peer));
  }

  static SortedSet<PeerId> peers(Input in) {
    return new TreeSet<>(Wire.readAll(in, () -> peer(in)));
  }

  static void membership(Output out, Membership membership) {
    peers(out, membership.voters());
    peers(out, membership.outgoing());
    peers(out, membership.learners());
  }

  static Membership membership(Input in) {
    return new Membership(peers(in), peers(in), peers(in));
  }

  /** Objects of registered classes, each after its class's id. */
  static void objects(Kryo kryo, Output out, Collection<?> objects) {
    Wire.writeAll(out, objects, object -> kryo.writeClassAndObject(out, object));
  }

  @SuppressWarnings("unchecked")   // an object of another class fails at its first use: a malformed message
  static <T> List<T> objects(Kryo kryo, Input in) {
    return Wire.readAll(in, () -> (T) kryo.readClassAndObject(in));
  }

  static void actor(Kryo kryo, Output out, ActorRef<?> actor) {
    kryo.writeClassAndObject(out, actor);
  }

  @SuppressWarnings("unchecked")   // an actor does not tell what it takes
  static <T> ActorRef<T> actor(Kryo kryo, Input in) {
    return (ActorRef<T>) kryo.readClassAndObject(in);
  }
}
