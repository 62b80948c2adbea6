package io.flotilla.kv.router;

import io.flotilla.raft.actor.RaftClientProtocol.Replies;
import io.flotilla.raft.actor.RaftClientProtocol.Request;
import io.flotilla.raft.actor.RaftClientProtocol.Requests;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;

/** Requests that leave for one replica together: a message costs more than an operation in it. */
final class Outbox {
  private static final int MAX_BATCH_BYTES = 128 * 1024; // Well within an ordinary frame, and not long before the first leaves.

  private final ReplicaResolver resolver;
  private final String systemAddress;
  private final String groupId;
  private final ActorRef<Replies> replyTo;
  private List<Request> batch = new ArrayList<>();
  private int batchBytes;

  Outbox(ReplicaResolver resolver, String systemAddress, String groupId, ActorRef<Replies> replyTo) {
    this.resolver = resolver;
    this.systemAddress = systemAddress;
    this.groupId = groupId;
    this.replyTo = replyTo;
  }

  /** Whether a request of this size goes alone, on the lane for bulk. */
  static boolean isLarge(int sizeBytes) {
    return sizeBytes > MAX_BATCH_BYTES;
  }

  void add(Request request, int sizeBytes) {
    if (isLarge(sizeBytes)) {
      resolver.bulk(systemAddress, groupId).tell(new Requests(List.of(request), replyTo));
      return;
    }
    if (batchBytes + sizeBytes > MAX_BATCH_BYTES) {
      flush();
    }
    batch.add(request);
    batchBytes += sizeBytes;
  }

  void flush() {
    if (!batch.isEmpty()) {
      resolver.peer(systemAddress, groupId).tell(new Requests(batch, replyTo));
      batch = new ArrayList<>();
      batchBytes = 0;
    }
  }
}
