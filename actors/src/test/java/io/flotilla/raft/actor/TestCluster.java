package io.flotilla.raft.actor;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.flotilla.raft.Effect.ChangeOutcome;
import io.flotilla.raft.Membership;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.RaftMessage;
import io.flotilla.raft.actor.RaftClientProtocol.Replies;
import io.flotilla.raft.actor.RaftClientProtocol.Reply;
import io.flotilla.raft.actor.RaftClientProtocol.Request;
import io.flotilla.raft.actor.RaftClientProtocol.Requests;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;

/** Replicas of one group in one actor system, on a network that can be cut. Not a test: what the tests stand on. */
final class TestCluster {
  private static final AtomicInteger GROUPS = new AtomicInteger();
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration ANSWER = Duration.ofSeconds(1);

  private final ActorTestKit testKit;
  private final RaftGroupSettings settings;
  private final String groupId = "g" + GROUPS.incrementAndGet();
  private final Map<PeerId, ActorRef<RaftGroup.Command>> running = new ConcurrentHashMap<>();
  private final Set<PeerId> cut = ConcurrentHashMap.newKeySet();
  private final List<RaftMessage> sent = Collections.synchronizedList(new ArrayList<>());
  private long nextRequestId;

  TestCluster(ActorTestKit testKit, RaftGroupSettings settings) {
    this.testKit = testKit;
    this.settings = settings;
  }

  /** What the actor system of a test needs. */
  static Config config(String... lines) {
    return ConfigFactory.parseString(String.join("\n", lines))
        .withFallback(ConfigFactory.parseString("""
            pekko.persistence.journal.plugin = "pekko.persistence.journal.inmem"
            pekko.persistence.snapshot-store.plugin = "in-memory-snapshots"
            in-memory-snapshots.class = "io.flotilla.raft.actor.InMemorySnapshotStore"
            in-memory-snapshots.plugin-dispatcher = "pekko.actor.default-dispatcher"
            failing-journal.class = "io.flotilla.raft.actor.FailingJournal"
            failing-journal.plugin-dispatcher = "pekko.actor.default-dispatcher"
            pekko.loglevel = WARNING
            """))
        .withFallback(ConfigFactory.load())
        .resolve();
  }

  static Set<PeerId> peers(String... ids) {
    Set<PeerId> peers = new TreeSet<>();
    Stream.of(ids).map(PeerId::of).forEach(peers::add);
    return peers;
  }

  /** Starts replicas of a new group. */
  TestCluster start(String... ids) {
    Membership voters = Membership.ofVoters(peers(ids));
    peers(ids).forEach(peer -> start(peer, voters));
    return this;
  }

  /** Starts one replica: a new one, or one that has stopped and has its journal. */
  void start(PeerId peer, Membership bootstrap) {
    running.put(peer, testKit.spawn(RaftGroup.create(replica(peer, bootstrap))));
  }

  /** What a replica stands on. */
  Replica replica(PeerId peer, Membership bootstrap) {
    return new Replica(groupId, peer, bootstrap, settings, AppendMachine::new, network(peer),
        InMemorySnapshotStore.archive(), new MemorySnapshotSpool(), RaftClock.system(),
        RandomGeneratorFactory.getDefault().create(peer.hashCode()));
  }

  /** Stops a replica; its journal and its snapshots stay. */
  void stop(PeerId peer) {
    testKit.stop(running.remove(peer), PATIENCE);
  }

  /** Neither sends nor receives from now on. */
  void cut(PeerId peer) {
    cut.add(peer);
  }

  void heal() {
    cut.clear();
  }

  /** All messages between peers so far. */
  List<RaftMessage> sent() {
    return List.copyOf(sent);
  }

  String persistenceId(PeerId peer) {
    return "raft|%s|%s".formatted(groupId, peer);
  }

  ActorRef<RaftGroup.Command> group(PeerId peer) {
    return running.get(peer);
  }

  private Network network(PeerId from) {
    return (to, message) -> {
      ActorRef<RaftGroup.Command> receiver = running.get(to);
      if (receiver != null && !cut.contains(from) && !cut.contains(to)) {
        sent.add(message);
        receiver.tell(new RaftPeer.FromPeer(message));
      }
    };
  }

  // What clients and operators do

  void send(PeerId to, RaftPeer.Command command) {
    running.get(to).tell(command);
  }

  /** Asked again where the question went to a replica that was just failing. */
  ReplicaStatus status(PeerId peer) {
    return testKit.createTestProbe().awaitAssert(PATIENCE, () -> {
      TestProbe<ReplicaStatus> probe = testKit.createTestProbe(ReplicaStatus.class);
      send(peer, new RaftPeer.GetStatus(probe.getRef()));
      return probe.receiveMessage(ANSWER);
    });
  }

  /** The one replica that leads all others that are not cut off. */
  PeerId leader() {
    return awaitThat("one leader", () -> running.keySet().stream()
        .filter(peer -> !cut.contains(peer))
        .filter(peer -> status(peer).role().equals("leader"))
        .filter(peer -> running.keySet().stream().filter(other -> !cut.contains(other))
            .allMatch(other -> status(other).leaderId().filter(peer::equals).isPresent()))
        .findFirst().orElse(null));
  }

  /** A replica that leads, whatever those believe that are not yet members, or are no more. */
  PeerId anyLeader() {
    return awaitThat("a leader", () -> running.keySet().stream()
        .filter(peer -> !cut.contains(peer) && status(peer).role().equals("leader"))
        .findFirst().orElse(null));
  }

  ReplicaStatus awaitStatus(PeerId peer, Predicate<ReplicaStatus> condition) {
    return awaitThat("status of " + peer, () -> {
      ReplicaStatus status = status(peer);
      return condition.test(status) ? status : null;
    });
  }

  private <T> T awaitThat(String what, Supplier<T> found) {
    return testKit.createTestProbe().awaitAssert(PATIENCE, () -> {
      T value = found.get();
      if (value == null) {
        throw new AssertionError(what + ": not yet; " + statuses());
      }
      return value;
    });
  }

  private Map<PeerId, ReplicaStatus> statuses() {
    Map<PeerId, ReplicaStatus> all = new TreeMap<>();
    running.keySet().forEach(peer -> all.put(peer, status(peer)));
    return all;
  }

  /** Sends requests to one replica and gives the replies, in the order of the requests. */
  List<Reply> ask(PeerId peer, List<Request> requests) {
    TestProbe<Replies> probe = testKit.createTestProbe(Replies.class);
    send(peer, new Requests(requests, probe.getRef()));
    return replies(probe, requests.size());
  }

  /** Collects that many replies, in the order of their request ids. */
  static List<Reply> replies(TestProbe<Replies> probe, int count) {
    Map<Long, Reply> replies = new TreeMap<>();
    while (replies.size() < count) {
      probe.receiveMessage(PATIENCE).replies().forEach(reply -> replies.put(reply.requestId(), reply));
    }
    return List.copyOf(replies.values());
  }

  TestProbe<Replies> clientProbe() {
    return testKit.createTestProbe(Replies.class);
  }

  Request propose(String command) {
    return new Request.Propose(nextRequestId++, command.getBytes(UTF_8), false);
  }

  Request read() {
    return new Request.Read(nextRequestId++, new byte[0]);
  }

  Request leaseRead() {
    return new Request.LeaseRead(nextRequestId++, new byte[0]);
  }

  Request staleRead() {
    return new Request.StaleRead(nextRequestId++, new byte[0]);
  }

  Request findLeader() {
    return new Request.FindLeader(nextRequestId++);
  }

  /** Writes through whoever leads, and waits until it is applied there; on a busy machine that may change in between. */
  void write(String... commands) {
    List<Request> requests = Stream.of(commands).map(this::propose).toList();
    List<Reply> replies = ask(leader(), requests);
    while (replies.stream().allMatch(Reply.NotLeader.class::isInstance)) {
      replies = ask(leader(), requests);
    }
    if (!replies.stream().allMatch(Reply.Applied.class::isInstance)) {
      throw new AssertionError("all applied: " + replies);
    }
  }

  /** What a replica's state machine holds, linearizable or not. */
  String state(PeerId peer) {
    return text(ask(peer, List.of(staleRead())).getFirst());
  }

  void awaitState(PeerId peer, String expected) {
    awaitThat("state of " + peer + " is " + expected, () -> state(peer).equals(expected) ? expected : null);
  }

  static String text(Reply reply) {
    return switch (reply) {
      case Reply.Applied applied -> new String(applied.result(), UTF_8);
      case Reply.Answered answered -> new String(answered.result(), UTF_8);
      default -> throw new AssertionError("an answer: " + reply);
    };
  }

  ChangeOutcome changeMembership(PeerId at, Set<PeerId> voters) {
    TestProbe<ChangeOutcome> probe = testKit.createTestProbe(ChangeOutcome.class);
    send(at, new RaftPeer.ChangeMembership(new TreeSet<>(voters), new TreeSet<>(), probe.getRef()));
    return probe.receiveMessage(PATIENCE);
  }

  ChangeOutcome transferLeadership(PeerId at, PeerId target) {
    TestProbe<ChangeOutcome> probe = testKit.createTestProbe(ChangeOutcome.class);
    send(at, new RaftPeer.TransferLeadership(target, probe.getRef()));
    return probe.receiveMessage(PATIENCE);
  }
}
