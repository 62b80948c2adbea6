package io.flotilla.simulation.raft;

import io.flotilla.raft.actor.RaftClientProtocol.Replies;
import io.flotilla.raft.actor.RaftClientProtocol.Reply;
import io.flotilla.raft.actor.RaftClientProtocol.Request;
import io.flotilla.raft.actor.RaftClientProtocol.Requests;
import io.flotilla.simulation.world.World;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Stands before one incarnation of a replica and notes what it acknowledges, at the moment when it does: whether the client ever hears
 * of it is no matter.
 */
public final class Acknowledgements {
  private final World world;
  private final GroupWatch watch;
  private final ActorRef<Object> replica;
  private final IdentityHashMap<ActorRef<Replies>, Client> clients = new IdentityHashMap<>();

  /** What a client waits for. */
  private record Client(Map<Long, byte[]> proposed, ActorRef<Replies> replyTo) {}

  public Acknowledgements(World world, GroupWatch watch, ActorRef<?> replica) {
    this.world = world;
    this.watch = watch;
    this.replica = replica.unsafeUpcast();
  }

  /** What others are to reach in the replica's place. */
  public ActorRef<Object> door() {
    return world.ref("door", message -> replica.tell(message instanceof Requests requests ? noted(requests) : message));
  }

  private Requests noted(Requests requests) {
    Client client = clients.computeIfAbsent(requests.replyTo(), this::newClient);
    requests.requests().forEach(request -> {
      if (request instanceof Request.Propose propose) {
        client.proposed.put(propose.requestId(), propose.command());
      }
    });
    return new Requests(requests.requests(), client.replyTo);
  }

  private Client newClient(ActorRef<Replies> original) {
    Map<Long, byte[]> proposed = new HashMap<>();
    return new Client(proposed, world.ref("acknowledged", replies -> {
      replies.replies().forEach(reply -> {
        byte[] command = proposed.remove(reply.requestId());
        if (reply instanceof Reply.Applied applied && command != null) {
          watch.onAcknowledged(applied.index(), command);
        }
      });
      original.tell(replies);
    }));
  }
}
