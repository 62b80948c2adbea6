package io.flotilla.raft.actor;

import static io.flotilla.raft.Checks.check;

import io.flotilla.raft.Effect;
import io.flotilla.raft.Input;
import io.flotilla.raft.LogEntry;
import io.flotilla.raft.actor.RaftClientProtocol.Replies;
import io.flotilla.raft.actor.RaftClientProtocol.Reply;
import io.flotilla.raft.actor.RaftClientProtocol.Request;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Who waits for which command, from its arrival until the state machine takes it over, and the bytes under way until it is applied.
 * Belongs to the peer's thread.
 */
final class WaitingProposals {
  /** One command; {@code bytes} counts against the group's bound. */
  private record Waiting(long requestId, ActorRef<Replies> replyTo, long bytes) {}

  /** It stands in the log there, uncommitted. */
  private record Accepted(long index, long term, Waiting waiting) {}

  /** The state machine has it. */
  private record Applying(long index, long bytes) {}

  private final Map<Long, Waiting> submitted = new HashMap<>();
  private final Deque<Accepted> accepted = new ArrayDeque<>();
  private final Deque<Applying> applying = new ArrayDeque<>();
  private long nextProposalId;
  private long inFlightBytes;

  /** Of commands taken in and not yet applied. */
  long inFlightBytes() {
    return inFlightBytes;
  }

  /** What a command costs while it is under way. */
  static long costOf(Request.Propose propose) {
    return (long) propose.command().length + LogEntry.OVERHEAD_BYTES;
  }

  Input.Proposal submit(Request.Propose propose, ActorRef<Replies> replyTo) {
    long proposalId = nextProposalId++;
    submitted.put(proposalId, new Waiting(propose.requestId(), replyTo, costOf(propose)));
    inFlightBytes += costOf(propose);
    return new Input.Proposal(proposalId, propose.command());
  }

  void onAccepted(Effect.Accepted effect) {
    long index = effect.firstIndex();
    for (Input.Proposal proposal : effect.proposals()) {
      accepted.add(new Accepted(index, effect.term(), submitted.remove(proposal.requestId())));
      index++;
    }
  }

  void onRefused(Effect.Refused effect) {
    Answers answers = new Answers();
    for (Input.Proposal proposal : effect.proposals()) {
      Waiting waiting = submitted.remove(proposal.requestId());
      inFlightBytes -= waiting.bytes;
      answers.add(waiting.replyTo, new Reply.NotLeader(waiting.requestId, effect.leaderId()));
    }
    answers.send();
  }

  /** Those who wait for these entries. From now on the state machine answers them. */
  List<StateMachineActor.WaitingProposal> onCommitted(List<LogEntry> entries) {
    List<StateMachineActor.WaitingProposal> ready = new ArrayList<>();
    Answers answers = new Answers();
    long firstIndex = entries.getFirst().index();
    while (!accepted.isEmpty() && accepted.getFirst().index <= entries.getLast().index()) {
      Accepted head = accepted.removeFirst();
      Waiting waiting = head.waiting;
      check(head.index >= firstIndex, "index %d waits, and is not among those before %d", head.index, firstIndex);
      if (entries.get((int) (head.index - firstIndex)).term() == head.term) {
        ready.add(new StateMachineActor.WaitingProposal(head.index, waiting.requestId, waiting.replyTo));
        applying.add(new Applying(head.index, waiting.bytes));
      } else {
        // A step that loses the leadership may commit, in its place, what the next leader put there.
        inFlightBytes -= waiting.bytes;
        answers.add(waiting.replyTo, new Reply.OutcomeUnknown(waiting.requestId));
      }
    }
    answers.send();
    return ready;
  }

  void onApplied(long lastApplied) {
    while (!applying.isEmpty() && applying.getFirst().index <= lastApplied) {
      inFlightBytes -= applying.removeFirst().bytes;
    }
  }

  /** Nobody here will learn what becomes of the uncommitted ones. */
  void onLeadershipLost() {
    Answers answers = new Answers();
    for (Accepted lost : accepted) {
      inFlightBytes -= lost.waiting.bytes;
      answers.add(lost.waiting.replyTo, new Reply.OutcomeUnknown(lost.waiting.requestId));
    }
    accepted.clear();
    answers.send();
  }
}
