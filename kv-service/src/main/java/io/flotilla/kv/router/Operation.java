package io.flotilla.kv.router;

import io.flotilla.kv.KvReply;
import io.flotilla.kv.KvRequest;
import io.flotilla.kv.KvRequest.Consistency;
import io.flotilla.kv.KvRequest.Delete;
import io.flotilla.kv.KvRequest.Read;
import io.flotilla.kv.KvRequest.Write;
import io.flotilla.kv.SessionStamp;
import io.flotilla.raft.actor.RaftClientProtocol.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** One operation under way, as bytes: encoded once, sent as often as it takes. The router's alone. */
final class Operation {
  /** Which request carries it. */
  enum Kind {
    WRITE, RECLAIMING_WRITE, READ, LEASE_READ, STALE_READ
  }

  private final Kind kind;
  private final byte[] payload;
  private final Optional<SessionStamp> stamp;
  private final GroupRoute route;
  private final long deadlineTick;
  private final CompletableFuture<KvReply> promise;
  private final List<Attempt> openAttempts = new ArrayList<>(1);
  private Optional<Attempt> current = Optional.empty();
  private boolean outcomeUnknown;

  Operation(Kind kind, byte[] payload, Optional<SessionStamp> stamp, GroupRoute route, long deadlineTick,
      CompletableFuture<KvReply> promise) {
    this.kind = kind;
    this.payload = payload;
    this.stamp = stamp;
    this.route = route;
    this.deadlineTick = deadlineTick;
    this.promise = promise;
  }

  static Kind kindOf(KvRequest request) {
    return switch (request) {
      case Delete _ -> Kind.RECLAIMING_WRITE;
      case Write _ -> Kind.WRITE;
      case Read read -> switch (read.consistency()) {
        case Consistency.LINEARIZABLE -> Kind.READ;
        case Consistency.LEASE -> Kind.LEASE_READ;
        case Consistency.STALE -> Kind.STALE_READ;
      };
    };
  }

  GroupRoute route() {
    return route;
  }

  long deadlineTick() {
    return deadlineTick;
  }

  Optional<SessionStamp> stamp() {
    return stamp;
  }

  CompletableFuture<KvReply> promise() {
    return promise;
  }

  int sizeBytes() {
    return payload.length;
  }

  boolean isWrite() {
    return kind == Kind.WRITE || kind == Kind.RECLAIMING_WRITE;
  }

  /** A write that shares its messages, and so its place in the order of sending, with others. */
  boolean isSmallWrite() {
    return isWrite() && !Outbox.isLarge(sizeBytes());
  }

  /** Any replica may answer it. */
  boolean isStaleRead() {
    return kind == Kind.STALE_READ;
  }

  Request request(long requestId) {
    return switch (kind) {
      case WRITE -> new Request.Propose(requestId, payload, false);
      case RECLAIMING_WRITE -> new Request.Propose(requestId, payload, true);
      case READ -> new Request.Read(requestId, payload);
      case LEASE_READ -> new Request.LeaseRead(requestId, payload);
      case STALE_READ -> new Request.StaleRead(requestId, payload);
    };
  }

  /** The attempt whose answer is waited for; empty while it waits for a replica to go to. */
  Optional<Attempt> current() {
    return current;
  }

  List<Attempt> openAttempts() {
    return openAttempts;
  }

  void onSent(Attempt attempt) {
    openAttempts.add(attempt);
    current = Optional.of(attempt);
  }

  /** An earlier attempt that is still open is good enough to wait for. */
  void waitFor(Attempt earlier) {
    current = Optional.of(earlier);
  }

  /** Its answer is no longer waited for, but may come yet. */
  void giveUpCurrent() {
    current = Optional.empty();
  }

  /** The replica did nothing; returns whether this was the attempt waited for. */
  boolean onRefused(Attempt attempt) {
    openAttempts.remove(attempt);
    boolean wasCurrent = current.isPresent() && current.get().requestId() == attempt.requestId();
    if (wasCurrent) {
      current = Optional.empty();
    }
    return wasCurrent;
  }

  /** The replica took it in and does not know what became of it: nobody will ever tell. */
  boolean onOutcomeUnknown(Attempt attempt) {
    outcomeUnknown = true;
    return onRefused(attempt);
  }

  /** Whether it certainly had no effect: never sent, or refused wherever it was. */
  boolean isSurelyNotApplied() {
    return !isWrite() || (openAttempts.isEmpty() && !outcomeUnknown);
  }
}
