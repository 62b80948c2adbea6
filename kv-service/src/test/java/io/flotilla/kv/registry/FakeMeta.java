package io.flotilla.kv.registry;

import com.typesafe.config.ConfigFactory;
import io.flotilla.kv.store.KvStateMachine;
import io.flotilla.raft.Effect.ChangeOutcome;
import io.flotilla.raft.Membership;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.actor.MemorySnapshotSpool;
import io.flotilla.raft.actor.RaftClientProtocol.Replies;
import io.flotilla.raft.actor.RaftClientProtocol.Reply;
import io.flotilla.raft.actor.RaftClientProtocol.Request;
import io.flotilla.raft.actor.RaftClientProtocol.Requests;
import io.flotilla.raft.actor.RaftClock;
import io.flotilla.raft.actor.RaftGroupSettings;
import io.flotilla.raft.actor.RaftPaths;
import io.flotilla.raft.actor.RaftPeer;
import io.flotilla.raft.actor.Replica;
import io.flotilla.raft.actor.ReplicaStatus;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;

/**
 * One node's actor system in which the group {@code meta} is played: a registry that applies at once, or says what it is told to say.
 * The node's address is that of every contact, so whichever node is asked, this one answers.
 */
final class FakeMeta implements AutoCloseable {
  static final String SYSTEM = "flotilla";

  final ActorTestKit testKit = ActorTestKit.create(SYSTEM, ConfigFactory.parseString("""
      pekko.actor.provider = cluster
      pekko.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
      pekko.persistence.journal.plugin = "pekko.persistence.journal.inmem"
      pekko.persistence.snapshot-store.plugin = "pekko.persistence.snapshot-store.local"
      pekko.persistence.snapshot-store.local.dir = "target/fake-meta-snapshots"
      pekko.loglevel = WARNING
      """).withFallback(ConfigFactory.load()));
  final AddressBook book = new AddressBook(SYSTEM, List.of(contact("n1"), contact("n2"), contact("n3")));

  private final RegistryStateMachine registry = new RegistryStateMachine();
  private final List<Reply> scripted = new CopyOnWriteArrayList<>();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private volatile boolean silent;

  FakeMeta() {
    testKit.spawn(peer(Registry.META), RaftPaths.groupName(Registry.META));
  }

  ActorSystem<?> system() {
    return testKit.system();
  }

  AddressBook.Contact contact(String node) {
    int port = Cluster.get(testKit.system()).selfMember().address().getPort().orElseThrow();
    return new AddressBook.Contact(node, "127.0.0.1", port);
  }

  /** The next request gets that answer, with its own request id. */
  void answerOnce(Reply reply) {
    scripted.add(reply);
  }

  void beSilent(boolean isSilent) {
    silent = isSilent;
  }

  List<Request> requests() {
    return requests;
  }

  synchronized RegistryReply apply(RegistryCommand command) {
    try {
      return RegistryCodec.decodeReply(registry.apply(1, 0, RegistryCodec.encode(command)));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  synchronized Registry registry() {
    try {
      return RegistryCodec.decodeRegistry(new ByteArrayInputStream(registry.query(new byte[0])));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** A replica that leads its group, as far as one can ask it; its group's membership is changed at once. */
  void spawnLeader(String groupId) {
    testKit.spawn(peer(groupId), RaftPaths.groupName(groupId));
  }

  /** What a node would start; here nobody does. */
  static Replica replica(String groupId, Membership bootstrap) {
    return new Replica(groupId, PeerId.of("n1"), bootstrap, RaftGroupSettings.from(ConfigFactory.load()), KvStateMachine::new,
        (_, _) -> {}, (_, _) -> Optional.empty(), new MemorySnapshotSpool(), RaftClock.system(), new SplittableRandom(1));
  }

  private Behavior<RaftPeer.Command> peer(String groupId) {
    return Behaviors.receiveMessage(command -> {
      switch (command) {
        case Requests asked when !silent -> asked.replyTo().tell(new Replies(asked.requests().stream().map(this::reply).toList()));
        case RaftPeer.GetStatus(var replyTo) -> replyTo.tell(status(groupId));
        case RaftPeer.ChangeMembership change -> change.replyTo().tell(new ChangeOutcome.Done());
        case RaftPeer.TransferLeadership transfer -> transfer.replyTo().tell(new ChangeOutcome.Done());
        default -> { }
      }
      return Behaviors.same();
    });
  }

  private synchronized Reply reply(Request request) {
    requests.add(request);
    if (!scripted.isEmpty()) {
      return scripted.removeFirst();
    }
    return switch (request) {
      case Request.Propose propose ->
          new Reply.Applied(propose.requestId(), 1, registry.apply(1, 0, propose.command()));
      default -> new Reply.Answered(request.requestId(), registry.query(new byte[0]), 0);
    };
  }

  private static ReplicaStatus status(String groupId) {
    PeerId n1 = PeerId.of("n1");
    return new ReplicaStatus(groupId, n1, "leader", Optional.of(n1), 3, 7, 7, 8, 5, Membership.ofVoters(List.of(n1)), 0, 0, 0, 0);
  }

  @Override
  public void close() {
    testKit.shutdownTestKit();
  }
}
