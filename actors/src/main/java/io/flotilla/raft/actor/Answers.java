package io.flotilla.raft.actor;

import io.flotilla.raft.actor.RaftClientProtocol.Replies;
import io.flotilla.raft.actor.RaftClientProtocol.Reply;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;

/** Gathers replies, so that each receiver gets few messages, and none that is too long for one frame by their number. */
final class Answers {
  private static final long MAX_BATCH_BYTES = 128 * 1024;
  private static final long FIXED_PART_BYTES = 16;

  private final Map<ActorRef<Replies>, Batch> byReceiver = new LinkedHashMap<>();

  /** Replies to one receiver that have not left yet. */
  private static final class Batch {
    private List<Reply> replies = new ArrayList<>();
    private long bytes;
  }

  void add(ActorRef<Replies> replyTo, Reply reply) {
    Batch batch = byReceiver.computeIfAbsent(replyTo, _ -> new Batch());
    long bytes = sizeOf(reply);
    if (batch.bytes + bytes > MAX_BATCH_BYTES) {
      send(replyTo, batch);
    }
    batch.replies.add(reply);
    batch.bytes += bytes;
  }

  void send() {
    byReceiver.forEach(Answers::send);
  }

  private static void send(ActorRef<Replies> replyTo, Batch batch) {
    if (!batch.replies.isEmpty()) {
      replyTo.tell(new Replies(batch.replies));
      batch.replies = new ArrayList<>();
      batch.bytes = 0;
    }
  }

  private static long sizeOf(Reply reply) {
    return FIXED_PART_BYTES + switch (reply) {
      case Reply.Applied applied -> applied.result().length;
      case Reply.Answered answered -> answered.result().length;
      case Reply.Leads _, Reply.NotLeader _, Reply.Overloaded _, Reply.TooLarge _, Reply.OutcomeUnknown _ -> 0;
    };
  }
}
