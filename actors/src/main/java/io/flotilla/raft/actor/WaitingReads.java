package io.flotilla.raft.actor;

import io.flotilla.raft.PeerId;
import io.flotilla.raft.actor.RaftClientProtocol.Replies;
import io.flotilla.raft.actor.RaftClientProtocol.Reply;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Reads that wait until they are linearizable, all of one message under one id, and how many the state machine still owes an
 * answer. Belongs to the peer's thread.
 */
final class WaitingReads {
  /** One query, and the client's number of it. */
  record Query(long requestId, byte[] query) {}

  private record Batch(List<Query> queries, ActorRef<Replies> replyTo) {}

  private final Map<Long, Batch> waiting = new HashMap<>();
  private long nextReadId;
  private long unanswered;

  /** Reads taken in and not yet answered, wherever they wait. */
  long unanswered() {
    return unanswered;
  }

  /** Remembers the queries under one id for the core. */
  long submit(List<Query> queries, ActorRef<Replies> replyTo) {
    unanswered += queries.size();
    waiting.put(nextReadId, new Batch(queries, replyTo));
    return nextReadId++;
  }

  /** Queries that go to the state machine without asking the core. */
  StateMachineActor.Query stale(List<Query> queries, long staleMillis, ActorRef<Replies> replyTo) {
    unanswered += queries.size();
    List<StateMachineActor.WaitingQuery> ready = new ArrayList<>(queries.size());
    addTo(ready, new Batch(queries, replyTo), staleMillis);
    return new StateMachineActor.Query(ready);
  }

  /** The queries of these ids, for the state machine. */
  StateMachineActor.Query onReady(List<Long> readIds) {
    List<StateMachineActor.WaitingQuery> ready = new ArrayList<>();
    for (Long readId : readIds) {
      addTo(ready, waiting.remove(readId), 0);
    }
    return new StateMachineActor.Query(ready);
  }

  void onRefused(List<Long> readIds, Optional<PeerId> leaderId) {
    Answers answers = new Answers();
    for (Long readId : readIds) {
      Batch batch = waiting.remove(readId);
      unanswered -= batch.queries.size();
      batch.queries.forEach(query -> answers.add(batch.replyTo, new Reply.NotLeader(query.requestId, leaderId)));
    }
    answers.send();
  }

  void onAnswered(long count) {
    unanswered -= count;
  }

  private static void addTo(List<StateMachineActor.WaitingQuery> ready, Batch batch, long staleMillis) {
    for (Query query : batch.queries) {
      ready.add(new StateMachineActor.WaitingQuery(query.requestId, query.query, staleMillis, batch.replyTo));
    }
  }
}
