package io.flotilla.raft.actor;

import io.flotilla.raft.actor.RaftClientProtocol.Replies;
import io.flotilla.raft.actor.RaftClientProtocol.Reply;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;

/** Gathers replies, so that each receiver gets one message. */
final class Answers {
  private final Map<ActorRef<Replies>, List<Reply>> byReceiver = new LinkedHashMap<>();

  void add(ActorRef<Replies> replyTo, Reply reply) {
    byReceiver.computeIfAbsent(replyTo, _ -> new ArrayList<>()).add(reply);
  }

  void send() {
    byReceiver.forEach((replyTo, replies) -> replyTo.tell(new Replies(replies)));
  }
}
