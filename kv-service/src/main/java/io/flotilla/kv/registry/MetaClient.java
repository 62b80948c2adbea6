package io.flotilla.kv.registry;

import io.flotilla.raft.PeerId;
import io.flotilla.raft.actor.RaftClientProtocol.Replies;
import io.flotilla.raft.actor.RaftClientProtocol.Reply;
import io.flotilla.raft.actor.RaftClientProtocol.Request;
import io.flotilla.raft.actor.RaftClientProtocol.Requests;
import io.flotilla.raft.actor.RaftPeer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads and changes the registry from any node: finds the leader of {@code meta} and follows it. All registry commands may be
 * repeated, so it asks again until the time limit. Administration, not the data path: hence asks. Thread-safe.
 */
final class MetaClient {
  private static final Logger LOG = LoggerFactory.getLogger(MetaClient.class);
  private static final Duration ATTEMPT = Duration.ofMillis(600);
  private static final Duration PAUSE = Duration.ofMillis(60);
  private static final byte[] WHOLE_REGISTRY = new byte[0];

  private final ActorSystem<?> system;
  private final AddressBook book;
  private final Peers peers;
  private volatile Optional<String> leader = Optional.empty();

  MetaClient(ActorSystem<?> system, AddressBook book, Peers peers) {
    this.system = system;
    this.book = book;
    this.peers = peers;
  }

  /** The node that leads {@code meta}, as far as is known. */
  Optional<String> leader() {
    return leader;
  }

  /** The registry with every change acknowledged so far; empty if no leader answered in time. */
  CompletionStage<Optional<Registry>> read(Duration limit) {
    return send(new Request.Read(0, WHOLE_REGISTRY), 0, deadline(limit)).thenApply(bytes -> bytes.map(MetaClient::registry));
  }

  /** Executes a command; empty if no answer came in time, and then it may have been, or may yet be, applied. */
  CompletionStage<Optional<RegistryReply>> execute(RegistryCommand command, Duration limit) {
    return send(new Request.Propose(0, RegistryCodec.encode(command), false), 0, deadline(limit))
        .thenApply(bytes -> bytes.map(MetaClient::reply));
  }

  /** Attempt after attempt, each at the replica believed to lead, or else at the next one. */
  private CompletionStage<Optional<byte[]>> send(Request request, int attempt, long deadlineNanos) {
    if (deadlineNanos - System.nanoTime() <= 0) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    List<String> hosts = book.metaHosts();
    Optional<String> target = leader.or(() -> hosts.isEmpty() ? Optional.empty() : Optional.of(hosts.get(attempt % hosts.size())));
    return target.flatMap(node -> peers.find(node, Registry.META))
        .map(peer -> AskPattern.<RaftPeer.Command, Replies>ask(peer,
            replyTo -> new Requests(List.of(request), replyTo), ATTEMPT, system.scheduler()))
        .orElseGet(() -> CompletableFuture.failedFuture(new IllegalStateException("no replica of meta has a known address")))
        .handle((replies, failure) -> failure == null ? onReply(target, replies.replies().getFirst()) : onNoReply(target, failure))
        .thenCompose(result -> result.isPresent() ? CompletableFuture.completedFuture(result)
            : pause().thenCompose(_ -> send(request, attempt + 1, deadlineNanos)));
  }

  private Optional<byte[]> onReply(Optional<String> target, Reply reply) {
    return switch (reply) {
      case Reply.Applied applied -> answered(target, applied.result());
      case Reply.Answered answered -> answered(target, answered.result());
      case Reply.NotLeader(_, Optional<PeerId> leaderId) -> {
        leader = leaderId.map(PeerId::value);
        yield Optional.empty();
      }
      case Reply.Overloaded _, Reply.OutcomeUnknown _, Reply.Leads _ -> Optional.empty();
      case Reply.TooLarge tooLarge -> throw new IllegalStateException("a registry command is too large: " + tooLarge);
    };
  }

  private Optional<byte[]> answered(Optional<String> target, byte[] result) {
    leader = target;
    return Optional.of(result);
  }

  private Optional<byte[]> onNoReply(Optional<String> target, Throwable failure) {
    LOG.debug("meta on {} does not answer: {}", target.orElse("no known node"), failure.toString());
    leader = Optional.empty();
    return Optional.empty();
  }

  private static CompletionStage<Void> pause() {
    return CompletableFuture.runAsync(() -> {}, CompletableFuture.delayedExecutor(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
  }

  private static long deadline(Duration limit) {
    return System.nanoTime() + limit.toNanos();
  }

  private static Registry registry(byte[] bytes) {
    try {
      return RegistryCodec.decodeRegistry(new ByteArrayInputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static RegistryReply reply(byte[] bytes) {
    try {
      return RegistryCodec.decodeReply(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
