package io.flotilla.simulation.raft;

import io.flotilla.raft.PeerId;
import io.flotilla.raft.actor.RaftClientProtocol.Replies;
import io.flotilla.raft.actor.RaftClientProtocol.Reply;
import io.flotilla.raft.actor.RaftClientProtocol.Request;
import io.flotilla.raft.actor.RaftClientProtocol.Requests;
import io.flotilla.raft.actor.RaftPeer;
import io.flotilla.simulation.world.World;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Stands before one incarnation of a replica and notes what it is asked and what it acknowledges, at the moment when it does: whether
 * the client ever hears of it is no matter.
 */
public final class Acknowledgements {
  private final World world;
  private final GroupWatch watch;
  private final PeerId peer;
  private final ActorRef<Object> replica;
  private final IdentityHashMap<ActorRef<Replies>, Client> clients = new IdentityHashMap<>();
  private final Map<Long, Asked> waiting = new LinkedHashMap<>();
  private long asked;

  /** What a client waits for, each by its place in {@code waiting}. */
  private record Client(Map<Long, Long> requests, ActorRef<Replies> replyTo) {}

  /** Something that is to be answered, unless the replica starts anew, as it may within an incarnation of its node. */
  private record Asked(Object what, int start) {}

  public Acknowledgements(World world, GroupWatch watch, PeerId peer, ActorRef<?> replica) {
    this.world = world;
    this.watch = watch;
    this.peer = peer;
    this.replica = replica.unsafeUpcast();
  }

  /** What others are to reach in the replica's place. */
  public ActorRef<Object> door() {
    return world.ref("door", message -> replica.tell(switch (message) {
      case Requests requests -> noted(requests);
      case RaftPeer.ChangeMembership change ->
          new RaftPeer.ChangeMembership(change.voters(), change.learners(), answered(note(change), change.replyTo()));
      case RaftPeer.TransferLeadership transfer ->
          new RaftPeer.TransferLeadership(transfer.target(), answered(note(transfer), transfer.replyTo()));
      default -> message;
    }));
  }

  private long note(Object what) {
    waiting.put(++asked, new Asked(what, watch.starts(peer)));
    return asked;
  }

  private <T> ActorRef<T> answered(long number, ActorRef<T> original) {
    return world.ref("answered", answer -> {
      waiting.remove(number);
      original.tell(answer);
    });
  }

  private Requests noted(Requests requests) {
    Client client = clients.computeIfAbsent(requests.replyTo(), this::newClient);
    requests.requests().forEach(request -> client.requests.computeIfAbsent(request.requestId(), _ -> note(request)));   // or a repeat
    return new Requests(requests.requests(), client.replyTo);
  }

  private Client newClient(ActorRef<Replies> original) {
    Map<Long, Long> requests = new HashMap<>();
    return new Client(requests, world.ref("acknowledged", replies -> {
      replies.replies().forEach(reply -> {
        Long number = requests.remove(reply.requestId());
        Asked request = number == null ? null : waiting.remove(number);
        if (reply instanceof Reply.Applied applied && request != null && request.what instanceof Request.Propose propose) {
          watch.onAcknowledged(applied.index(), propose.command());
        }
      });
      original.tell(replies);
    }));
  }

  /** What the replica was asked since its last start and has not answered yet. */
  public List<Object> unanswered() {
    return waiting.values().stream().filter(question -> question.start == watch.starts(peer)).map(Asked::what).toList();
  }
}
