package io.flotilla.raft.actor;

import io.flotilla.raft.PeerId;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What clients of a group (routers, in nodes and elsewhere) say to a {@link RaftPeer}, and what they hear. Batches, because a
 * message between JVMs costs more than an operation in it. A reply to each request comes exactly once unless the replica or the
 * network dies: whoever waits needs a time limit of its own.
 */
public final class RaftClientProtocol {
  private RaftClientProtocol() {}

  /** Requests to one replica. They are handled in order, but replies may come in any. */
  public record Requests(List<Request> requests, ActorRef<Replies> replyTo) implements RaftPeer.Command {
    public Requests {
      requests = List.copyOf(requests);
    }
  }

  public sealed interface Request {
    /** The client's own number, unique among those it waits for. */
    long requestId();

    /**
     * A command for the log.
     *
     * @param reclaims it makes the state smaller, so it is welcome even when the state machine is full
     */
    record Propose(long requestId, byte[] command, boolean reclaims) implements Request {}

    /** A query that must see every write acknowledged before it was sent (ReadIndex, Raft §8). */
    record Read(long requestId, byte[] query) implements Request {}

    /** The same on the leader's lease: no round trip, but it trusts clocks (thesis §6.4.1). */
    record LeaseRead(long requestId, byte[] query) implements Request {}

    /** A query to this replica as it stands, leader or not. */
    record StaleRead(long requestId, byte[] query) implements Request {}

    /** Who leads? Answered at once with {@link Reply.Leads} or {@link Reply.NotLeader}, and nothing is done. */
    record FindLeader(long requestId) implements Request {}
  }

  /** Replies to requests of any number of batches. */
  public record Replies(List<Reply> replies) {
    public Replies {
      replies = List.copyOf(replies);
    }
  }

  public sealed interface Reply {
    long requestId();

    /** Committed and applied at {@code index}; {@code result} is the state machine's. */
    record Applied(long requestId, long index, byte[] result) implements Reply {}

    /**
     * The state machine's answer.
     *
     * @param staleMillis for a {@link Request.StaleRead}, how long ago a leader was last heard (0 on the leader); else 0
     */
    record Answered(long requestId, byte[] result, long staleMillis) implements Reply {}

    /** It believes that it leads, and takes commands. */
    record Leads(long requestId) implements Reply {}

    /** Not done here; {@code leaderId} is who this replica believes leads. */
    record NotLeader(long requestId, Optional<PeerId> leaderId) implements Reply {}

    /** Not done: too much is under way, or the state machine is full ({@code full}). */
    record Overloaded(long requestId, boolean full) implements Reply {}

    /** Not done: larger than {@code maxBytes}, the group's {@code max-command-size}. */
    record TooLarge(long requestId, long maxBytes) implements Reply {}

    /** Leadership was lost after the command entered the log: it may or may not be applied. */
    record OutcomeUnknown(long requestId) implements Reply {}
  }
}
