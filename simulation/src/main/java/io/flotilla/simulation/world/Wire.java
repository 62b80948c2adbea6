package io.flotilla.simulation.world;

import io.flotilla.kv.router.DirectoryProtocol;
import io.flotilla.mapreduce.actor.WorkerProtocol;
import io.flotilla.raft.actor.RaftClientProtocol.Requests;
import io.flotilla.raft.actor.RaftPeer;
import java.util.Optional;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.Serializer;

/** Encodes what goes over the network as the product does, and decodes it again: nodes share nothing, and bytes can be counted. */
final class Wire {
  private final Serialization serialization;

  Wire(ActorSystem system) {
    serialization = SerializationExtension.get(system);
  }

  byte[] encode(Object message) {
    return serialization.findSerializerFor(message).toBinary(message);
  }

  Object decode(byte[] bytes, Object original) {
    Serializer serializer = serialization.findSerializerFor(original);
    return serializer.fromBinary(bytes);
  }

  /** Whom the message names as the one to answer to. */
  static Optional<ActorRef<?>> replyTo(Object message) {
    return switch (message) {
      case Requests requests -> Optional.of(requests.replyTo());
      case RaftPeer.GetStatus get -> Optional.of(get.replyTo());
      case RaftPeer.ChangeMembership change -> Optional.of(change.replyTo());
      case RaftPeer.TransferLeadership transfer -> Optional.of(transfer.replyTo());
      case DirectoryProtocol.GetDirectory get -> Optional.of(get.replyTo());
      case WorkerProtocol.Announce announce -> Optional.of(announce.coordinator());
      default -> Optional.empty();
    };
  }

  /** A message that names somebody to answer to, with another in that one's place. */
  static Object readdressed(Object message, ActorRef<?> replyTo) {
    return switch (message) {
      case Requests requests -> new Requests(requests.requests(), replyTo.unsafeUpcast());
      case RaftPeer.GetStatus _ -> new RaftPeer.GetStatus(replyTo.unsafeUpcast());
      case RaftPeer.ChangeMembership change ->
          new RaftPeer.ChangeMembership(change.voters(), change.learners(), replyTo.unsafeUpcast());
      case RaftPeer.TransferLeadership transfer -> new RaftPeer.TransferLeadership(transfer.target(), replyTo.unsafeUpcast());
      case DirectoryProtocol.GetDirectory _ -> new DirectoryProtocol.GetDirectory(replyTo.unsafeUpcast());
      case WorkerProtocol.Announce announce ->
          new WorkerProtocol.Announce(announce.epoch(), announce.node(), replyTo.unsafeUpcast());
      default -> throw new IllegalArgumentException("names nobody to answer to: " + message);
    };
  }
}
