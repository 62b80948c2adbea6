package io.flotilla.simulation;

import io.flotilla.raft.Effect.ChangeOutcome;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.actor.RaftClientProtocol.Replies;
import io.flotilla.raft.actor.RaftClientProtocol.Reply;
import io.flotilla.raft.actor.RaftClientProtocol.Request;
import io.flotilla.raft.actor.RaftClientProtocol.Requests;
import io.flotilla.raft.actor.RaftPeer;
import io.flotilla.raft.actor.ReplicaStatus;
import io.flotilla.simulation.raft.GroupWatch.Accepted;
import io.flotilla.simulation.raft.RecordingMachine;
import io.flotilla.simulation.world.Node;
import io.flotilla.simulation.world.World;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Asks the replicas of a {@link Simulation} from outside: as a client does, by the network and from a node of its own, or as the
 * course's tester does, at once and whatever the network does.
 */
public final class GroupClient {
  /** Whoever has no answer by then expects none. */
  static final Duration ANSWER_LIMIT = Duration.ofSeconds(1);

  private final Simulation group;
  private final World world;
  private final boolean readsTellIndexes;
  private final Node node;
  private final ActorRef<Replies> replyTo;
  private final Map<Long, CompletableFuture<Reply>> waiting = new HashMap<>();
  private final Map<Long, PeerId> staleReads = new HashMap<>();
  private long lastRequestId;
  private long acknowledged;

  /** On a node of its own, which starts. {@code readsTellIndexes}: the group's machines are {@link RecordingMachine}s. */
  GroupClient(Simulation group, boolean readsTellIndexes) {
    this.group = group;
    this.world = group.world();
    this.readsTellIndexes = readsTellIndexes;
    node = world.addNode("client", _ -> { });
    replyTo = world.ref("replies", replies -> replies.replies().forEach(this::onReply));
    node.start();
  }

  // At once

  /**
   * Hands a command to the replica, as the course's Start does.
   *
   * @return where it stands if the replica took it for a leader's; what becomes of it is not known yet
   */
  public Optional<Accepted> offer(PeerId peer, byte[] command) {
    if (!group.isUp(peer)) {
      return Optional.empty();
    }
    byte[] own = command.clone();
    CompletableFuture<Optional<Accepted>> accepted = group.watch().offered(own);
    CompletionStage<Reply> reply = submit(peer, own);
    reply.whenComplete((_, _) -> group.watch().withdrawn(own));
    world.after(ANSWER_LIMIT, () -> group.watch().withdrawn(own));
    return group.await(accepted);
  }

  /** Hands a command to the replica; the reply comes unless its node dies before. */
  public CompletionStage<Reply> submit(PeerId peer, byte[] command) {
    return deliver(peer, proposal(command));
  }

  /** Asks the replica, which must be up, who leads; the reply comes unless its node dies before. */
  public CompletionStage<Reply> findLeader(PeerId peer) {
    return deliver(peer, new Request.FindLeader(++lastRequestId));
  }

  /** Has the replica, which must be up, show its state as it stands; the reply comes unless its node dies before. */
  public CompletionStage<Reply> staleRead(PeerId peer) {
    Request request = new Request.StaleRead(++lastRequestId, new byte[0]);
    staleReads.put(request.requestId(), peer);
    group.watch().onStaleReadAsked(peer, request.requestId(), group.node(peer).clock().nanos());
    return deliver(peer, request);
  }

  private CompletionStage<Reply> deliver(PeerId peer, Request request) {
    CompletionStage<Reply> reply = remember(request);
    group.node(peer).deliver(Simulation.SERVICE, new Requests(List.of(request), replyTo));
    return reply;
  }

  /** What the replica, which must be up, says of itself. */
  public ReplicaStatus status(PeerId peer) {
    CompletableFuture<ReplicaStatus> status = new CompletableFuture<>();
    group.node(peer).deliver(Simulation.SERVICE, new RaftPeer.GetStatus(world.ref("status", status::complete)));
    return group.await(status);
  }

  // By the network: the answer may never come

  public CompletionStage<Reply> propose(PeerId peer, byte[] command) {
    return ask(peer, proposal(command));
  }

  public CompletionStage<Reply> read(PeerId peer) {
    return askToRead(peer, new Request.Read(++lastRequestId, new byte[0]));
  }

  public CompletionStage<Reply> leaseRead(PeerId peer) {
    return askToRead(peer, new Request.LeaseRead(++lastRequestId, new byte[0]));
  }

  public CompletionStage<ChangeOutcome> changeMembership(PeerId at, Collection<PeerId> voters, Collection<PeerId> learners) {
    CompletableFuture<ChangeOutcome> outcome = new CompletableFuture<>();
    send(at, new RaftPeer.ChangeMembership(new TreeSet<>(voters), new TreeSet<>(learners), world.ref("change", outcome::complete)));
    return outcome;
  }

  public CompletionStage<ChangeOutcome> transferLeadership(PeerId at, PeerId target) {
    CompletableFuture<ChangeOutcome> outcome = new CompletableFuture<>();
    send(at, new RaftPeer.TransferLeadership(target, world.ref("transfer", outcome::complete)));
    return outcome;
  }

  private Request proposal(byte[] command) {
    return new Request.Propose(++lastRequestId, command, false);
  }

  private CompletionStage<Reply> askToRead(PeerId peer, Request request) {
    group.watch().onReadAsked(request.requestId());
    return ask(peer, request);
  }

  private CompletionStage<Reply> ask(PeerId peer, Request request) {
    CompletionStage<Reply> reply = remember(request);
    send(peer, new Requests(List.of(request), replyTo));
    return reply;
  }

  private void send(PeerId peer, RaftPeer.Command message) {
    world.network().send(node, group.node(peer), Simulation.SERVICE, message);
  }

  // Answers

  private CompletionStage<Reply> remember(Request request) {
    CompletableFuture<Reply> reply = new CompletableFuture<>();
    waiting.put(request.requestId(), reply);
    return reply;
  }

  private void onReply(Reply reply) {
    CompletableFuture<Reply> answer = waiting.remove(reply.requestId());
    if (answer == null) {
      return;   // a reply that the network repeated
    }
    PeerId shown = staleReads.remove(reply.requestId());
    switch (reply) {
      case Reply.Applied _ -> acknowledged++;
      case Reply.Answered(long readId, byte[] result, long staleMillis) when shown != null && readsTellIndexes ->
          group.watch().onStaleReadAnswered(readId, RecordingMachine.indexIn(result), staleMillis, group.node(shown).clock().nanos());
      case Reply.Answered(long readId, byte[] result, long staleMillis) when staleMillis == 0 && readsTellIndexes ->
          group.watch().onReadAnswered(readId, RecordingMachine.indexIn(result));
      default -> { }
    }
    boolean _ = answer.complete(reply);
  }

  /** Commands that were answered as applied. */
  public long acknowledged() {
    return acknowledged;
  }
}
