package io.flotilla.mapreduce.actor;

import io.flotilla.mapreduce.registry.JobsStateMachine;
import io.flotilla.raft.Membership;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.actor.RaftClientProtocol.Replies;
import io.flotilla.raft.actor.RaftClientProtocol.Reply;
import io.flotilla.raft.actor.RaftClientProtocol.Request;
import io.flotilla.raft.actor.RaftClientProtocol.Requests;
import io.flotilla.raft.actor.RaftPeer;
import io.flotilla.raft.actor.ReplicaStatus;
import io.flotilla.raft.machine.SectionedStateMachine;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** The group {@code meta} with one log, whose replica on a node leads if the test says so. */
final class FakeMeta {
  private final SectionedStateMachine machine =
      new SectionedStateMachine(new JobsStateMachine(), Map.of(JobsStateMachine.TAG, new JobsStateMachine()));
  private volatile String leader = "";
  private volatile boolean silent;

  void lead(String node) {
    leader = node;
  }

  /** Proposals are applied, but nobody hears of it. */
  void beSilent(boolean isSilent) {
    silent = isSilent;
  }

  Behavior<RaftPeer.Command> replica(String node) {
    return Behaviors.receiveMessage(command -> {
      switch (command) {
        case RaftPeer.GetStatus(var replyTo) -> replyTo.tell(new ReplicaStatus("meta", PeerId.of(node),
            leader.equals(node) ? "leader" : "follower", Optional.empty(), 1, 0, 0, 0, 0, Membership.NONE, 0, 0, 0, 0));
        case Requests(var requests, var replyTo) -> answer(node, requests, replyTo);
        default -> throw new IllegalStateException("unexpected " + command);
      }
      return Behaviors.same();
    });
  }

  private void answer(String node, List<Request> requests, ActorRef<Replies> replyTo) {
    List<Reply> replies = requests.stream().map(request -> leader.equals(node) ? carryOut(request)
        : new Reply.NotLeader(request.requestId(), Optional.empty())).toList();
    if (!silent) {
      replyTo.tell(new Replies(replies));
    }
  }

  private synchronized Reply carryOut(Request request) {
    return switch (request) {
      case Request.Propose(var id, var command, _) -> new Reply.Applied(id, 1, machine.apply(1, 0, command));
      case Request.Read(var id, var query) -> new Reply.Answered(id, machine.query(query), 0);
      case Request.LeaseRead _, Request.StaleRead _, Request.FindLeader _ -> throw new IllegalStateException("unexpected " + request);
    };
  }
}
