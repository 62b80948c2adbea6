package io.flotilla.kv.router;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.flotilla.kv.Key;
import io.flotilla.kv.KvReply;
import io.flotilla.kv.KvRequest;
import io.flotilla.kv.SessionStamp;
import io.flotilla.kv.codec.MalformedException;
import io.flotilla.kv.codec.ReplyCodec;
import io.flotilla.kv.codec.WriteCommand;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.actor.RaftClientProtocol.Replies;
import io.flotilla.raft.actor.RaftClientProtocol.Reply;
import io.flotilla.raft.actor.RaftClientProtocol.Request;
import io.flotilla.raft.actor.RaftClientProtocol.Requests;
import io.flotilla.raft.actor.RaftPeer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.apache.pekko.actor.typed.ActorRef;

/** A router in virtual time, before replicas that answer what a test makes them answer. */
final class RouterFixture implements AutoCloseable {
  static final PeerId N1 = PeerId.of("n1");
  static final PeerId N2 = PeerId.of("n2");
  static final PeerId N3 = PeerId.of("n3");
  static final byte[] WRITTEN = ReplyCodec.encode(new KvReply.Written(1, 1, 1));
  private static final List<PeerId> ALL = List.of(N1, N2, N3);

  private final ActorTestKit kit = ActorTestKit.create(ManualTime.config().withFallback(ConfigFactory.load()));
  private final ManualTime time = ManualTime.get(kit.system());
  private final Map<PeerId, TestInbox<RaftPeer.Command>> replicas = new TreeMap<>();
  private final Map<PeerId, TestInbox<RaftPeer.Command>> bulkLanes = new TreeMap<>();
  private final ActorRef<Router.Command> router;

  RouterFixture() {
    this("", Optional.empty());
  }

  RouterFixture(String config, Optional<PeerId> self) {
    for (PeerId peer : ALL) {
      replicas.put(peer, TestInbox.create(peer.value()));
      bulkLanes.put(peer, TestInbox.create(peer.value() + "-bulk"));
    }
    KvSettings settings = KvSettings.from(ConfigFactory.parseString(config).withFallback(ConfigFactory.load()));
    router = kit.spawn(Router.create(settings, self, resolver(), new SplittableRandom(1)));
    useDirectory(1, ALL);
  }

  private ReplicaResolver resolver() {
    return new ReplicaResolver() {
      @Override
      public ActorRef<RaftPeer.Command> peer(String systemAddress, String groupId) {
        return replicas.get(PeerId.of(systemAddress)).getRef();
      }

      @Override
      public ActorRef<RaftPeer.Command> bulk(String systemAddress, String groupId) {
        return bulkLanes.get(PeerId.of(systemAddress)).getRef();
      }
    };
  }

  /** Each node's address is its name. */
  void useDirectory(long version, List<PeerId> members) {
    TreeMap<PeerId, String> addresses = new TreeMap<>();
    members.forEach(peer -> addresses.put(peer, peer.value()));
    router.tell(new Router.UseDirectory(new DirectorySnapshot(version, new TreeMap<>(Map.of("g1", new TreeSet<>(members))),
        addresses)));
  }

  CompletableFuture<KvReply> execute(KvRequest request) {
    return execute(request, Optional.empty());
  }

  CompletableFuture<KvReply> execute(KvRequest request, Optional<SessionStamp> stamp) {
    CompletableFuture<KvReply> promise = new CompletableFuture<>();
    router.tell(new Router.Execute(request, stamp, promise));
    return promise;
  }

  CompletableFuture<KvReply> put(String key) {
    return execute(new KvRequest.Put(Key.of(key), new byte[] {1}, KvRequest.Condition.ALWAYS));
  }

  CompletableFuture<KvReply> get(KvRequest.Consistency consistency) {
    return execute(getOf(consistency));
  }

  static KvRequest getOf(KvRequest.Consistency consistency) {
    return new KvRequest.Get(Key.of("a"), consistency);
  }

  /** The same without interest in the answer. */
  void start(KvRequest request) {
    router.tell(new Router.Execute(request, Optional.empty(), new CompletableFuture<>()));
  }

  void start(KvRequest request, SessionStamp stamp) {
    router.tell(new Router.Execute(request, Optional.of(stamp), new CompletableFuture<>()));
  }

  void startPut(String key) {
    start(new KvRequest.Put(Key.of(key), new byte[] {1}, KvRequest.Condition.ALWAYS));
  }

  void close(CompletableFuture<KvReply> waited) {
    router.tell(new Router.Close(new CompletableFuture<>()));
    waited.join();
  }

  /** The next message to a replica. */
  Requests received(PeerId peer) {
    settle();
    return (Requests) replicas.get(peer).receiveMessage();
  }

  /** All that was sent to a replica and not looked at yet. */
  List<Request> allReceived(PeerId peer) {
    settle();
    List<Request> all = new ArrayList<>();
    while (replicas.get(peer).hasMessages()) {
      all.addAll(((Requests) replicas.get(peer).receiveMessage()).requests());
    }
    return all;
  }

  /** Whatever was sent will never be answered. */
  void forget() {
    ALL.forEach(this::allReceived);
  }

  Requests receivedByBulk(PeerId peer) {
    settle();
    return (Requests) bulkLanes.get(peer).receiveMessage();
  }

  /** The next message, to whichever replica it went. */
  Received receivedAnywhere() {
    settle();
    PeerId peer = ALL.stream().filter(each -> replicas.get(each).hasMessages()).findFirst()
        .orElseThrow(() -> new AssertionError("no replica was sent anything"));
    return new Received(peer, received(peer));
  }

  /** A message and whom it went to. */
  record Received(PeerId peer, Requests requests) {
    long id() {
      return requests.requests().getFirst().requestId();
    }
  }

  /** No replica has anything that was not looked at, and the router none of its own. */
  void nothingIsSent() {
    settle();
    replicas.forEach((peer, probe) -> assertThat(probe.hasMessages()).as("something sent to %s", peer).isFalse());
  }

  /** Everything that the router was told so far is done, and what it then told itself: inboxes have what it sent. */
  private void settle() {
    for (int i = 0; i < 2; i++) {
      // A request that is refused on the spot is answered in the order of the mailbox.
      execute(new KvRequest.Batch(List.of())).join();
    }
  }

  void reply(Requests to, Reply reply) {
    to.replyTo().tell(new Replies(List.of(reply)));
  }

  void written(Requests to) {
    to.replyTo().tell(new Replies(to.requests().stream()
        .map(request -> (Reply) new Reply.Applied(request.requestId(), 1, WRITTEN)).toList()));
  }

  void notLeader(Requests to, Optional<PeerId> hint) {
    to.replyTo().tell(new Replies(to.requests().stream()
        .map(request -> (Reply) new Reply.NotLeader(request.requestId(), hint)).toList()));
  }

  /** What was asked leads. */
  void leads(Requests to) {
    to.replyTo().tell(new Replies(to.requests().stream().map(request -> (Reply) new Reply.Leads(idOf(request))).toList()));
  }

  private static long idOf(Request request) {
    assertThat(request).isInstanceOf(Request.FindLeader.class);
    return request.requestId();
  }

  /** Whatever was sent, nobody leads. */
  void refuseAll() {
    settle();
    replicas.keySet().stream().filter(peer -> replicas.get(peer).hasMessages()).toList()
        .forEach(peer -> notLeader(received(peer), Optional.empty()));
  }

  /** Makes that replica known as the leader. */
  void leads(PeerId leader) {
    CompletableFuture<KvReply> first = put("first");
    Received question = receivedAnywhere();
    if (!question.peer().equals(leader)) {
      notLeader(question.requests(), Optional.of(leader));
      leads(received(leader));
    } else {
      leads(question.requests());
    }
    written(received(leader));
    assertThat(first.join()).isInstanceOf(KvReply.Written.class);
  }

  void pass(Duration duration) {
    settle();
    time.timePasses(duration);
    settle();
  }

  static WriteCommand commandOf(Request request) {
    try {
      return WriteCommand.decode(((Request.Propose) request).command());
    } catch (MalformedException e) {
      throw new AssertionError(e);
    }
  }

  static String keyOf(Request request) {
    return new String(((KvRequest.KeyWrite) commandOf(request).write()).key().utf8(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    kit.shutdownTestKit();
  }
}
