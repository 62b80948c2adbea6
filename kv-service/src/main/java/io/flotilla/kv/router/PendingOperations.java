package io.flotilla.kv.router;

import io.flotilla.kv.KvReply;
import io.flotilla.kv.KvReply.OutcomeUnknown;
import io.flotilla.kv.KvReply.Reason;
import io.flotilla.kv.KvReply.SequenceSuperseded;
import io.flotilla.kv.KvReply.Unavailable;
import io.flotilla.kv.KvRequest;
import io.flotilla.kv.KvRequest.Read;
import io.flotilla.kv.KvRequest.Write;
import io.flotilla.kv.SessionStamp;
import io.flotilla.kv.codec.MalformedException;
import io.flotilla.kv.codec.QueryCodec;
import io.flotilla.kv.codec.ReplyCodec;
import io.flotilla.kv.codec.WriteCommand;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * The operations that a router has taken and not answered yet. Knows how many there may be and how large, numbers the writes of callers
 * without a session of their own, and turns requests into the bytes that a group understands and its answers into replies.
 */
final class PendingOperations {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final KvSettings settings;
  private final ClientSession session;
  private final Set<Operation> operations = new LinkedHashSet<>(); // Oldest first, so by deadline too.
  private long sizeBytes;

  PendingOperations(KvSettings settings, UUID sessionId) {
    this.settings = settings;
    this.session = new ClientSession(sessionId);
  }

  /** It was not applied, and may be tried again. */
  static Unavailable unavailable(Reason reason) {
    return new Unavailable(reason, RETRY_AFTER);
  }

  /** Why a request is not taken at all: there are too many already, or no group would ever do it. */
  Optional<KvReply> refusalOf(KvRequest request, Optional<SessionStamp> callersStamp) {
    boolean numbered = request instanceof Write && callersStamp.isEmpty();
    if (operations.size() >= settings.maxPendingOperations() || (numbered && session.isFull())) {
      return Optional.of(unavailable(Reason.OVERLOADED));
    }
    return RequestCheck.refusalOf(request, settings.bounds().maxValueBytes());
  }

  /** Takes it in, unless all together would become too large. */
  Optional<Operation> add(KvRequest request, Optional<SessionStamp> callersStamp, GroupRoute route, long deadlineTick,
      CompletableFuture<KvReply> promise) {
    Optional<SessionStamp> stamp = request instanceof Write
        ? Optional.of(callersStamp.orElseGet(session::next)) : Optional.empty();
    byte[] payload = switch (request) {
      case Write write -> encode(write, stamp.orElseThrow(), callersStamp.isPresent());
      case Read read -> QueryCodec.encode(read);
    };
    if (sizeBytes + payload.length > settings.maxPendingBytes()) {
      stamp.ifPresent(session::onAnswered);
      return Optional.empty();
    }
    Operation operation = new Operation(Operation.kindOf(request), payload, stamp, route, deadlineTick, promise);
    operations.add(operation);
    sizeBytes += payload.length;
    return Optional.of(operation);
  }

  private byte[] encode(Write write, SessionStamp stamp, boolean callersOwn) {
    // A caller has one write at a time under way, so a new number tells that all earlier answers have arrived.
    long firstOutstanding = callersOwn ? stamp.sequence() : session.firstOutstanding();
    return new WriteCommand(stamp, firstOutstanding, settings.bounds(), write).encode();
  }

  /**
   * What a replica's answer says.
   *
   * @throws MalformedException it cannot be read
   */
  KvReply decode(Operation operation, byte[] result) throws MalformedException {
    KvReply reply = ReplyCodec.decode(result);
    // A session forgets an answer only once told that it arrived. If ours did all the same, the write was applied or not.
    boolean forgotten = reply instanceof SequenceSuperseded && operation.stamp().filter(session::isOwn).isPresent();
    return forgotten ? new OutcomeUnknown() : reply;
  }

  /** Nobody waits for it any more. */
  void remove(Operation operation) {
    operations.remove(operation);
    sizeBytes -= operation.sizeBytes();
    operation.stamp().ifPresent(session::onAnswered);
  }

  boolean isEmpty() {
    return operations.isEmpty();
  }

  /** Oldest first; changes as they come and go. */
  Collection<Operation> all() {
    return Collections.unmodifiableSet(operations);
  }
}
