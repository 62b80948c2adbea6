package io.flotilla.raft.actor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.flotilla.persistence.rocksdb.RocksPersistence;
import io.flotilla.raft.Membership;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.actor.RaftClientProtocol.Replies;
import io.flotilla.raft.actor.RaftClientProtocol.Reply;
import io.flotilla.raft.actor.RaftClientProtocol.Request;
import io.flotilla.raft.actor.RaftClientProtocol.Requests;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGeneratorFactory;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three actor systems as three nodes would be: Artery between them, a RocksDB each. */
class ArteryNetworkTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String GROUP = "g1";
  private static final Membership VOTERS = Membership.ofVoters(TestCluster.peers("n1", "n2", "n3"));

  @TempDir
  Path data;

  private final Map<PeerId, ActorTestKit> nodes = new TreeMap<>();
  private final Map<PeerId, String> addresses = new ConcurrentHashMap<>();

  @AfterEach
  void shutDown() {
    nodes.values().forEach(ActorTestKit::shutdownTestKit);
  }

  @Test
  void aGroupWorksAcrossTheWireWithSmallAndLargeCommandsAndSnapshots() {
    PeerId n3 = PeerId.of("n3");
    start(PeerId.of("n1"));
    start(PeerId.of("n2"));
    PeerId leader = leader();
    String large = "x".repeat(1 << 20);

    assertThat(propose(leader, "small")).isInstanceOf(Reply.Applied.class);
    assertThat(propose(leader, large)).isInstanceOf(Reply.Applied.class);
    for (int i = 0; i < 60; i++) {
      assertThat(propose(leader, "more")).isInstanceOf(Reply.Applied.class);
    }
    start(n3);

    String expected = "small;" + large + ";" + "more;".repeat(60);
    awaitState(PeerId.of("n1"), expected);
    awaitState(PeerId.of("n2"), expected);
    awaitState(n3, expected);
    assertThat(status(n3).snapshotIndex()).isPositive();
  }

  @Test
  void aNodeComesBackFromItsDisk() {
    VOTERS.voters().forEach(this::start);
    PeerId leader = leader();
    for (int i = 0; i < 60; i++) {
      assertThat(propose(leader, "a")).isInstanceOf(Reply.Applied.class);
    }

    nodes.remove(leader).shutdownTestKit();
    PeerId next = leader();
    assertThat(propose(next, "b")).isInstanceOf(Reply.Applied.class);
    start(leader);

    awaitState(leader, "a;".repeat(60) + "b;");
  }

  private void start(PeerId peer) {
    ActorTestKit node = ActorTestKit.create("flotilla", config(peer));
    nodes.put(peer, node);
    addresses.put(peer, node.system().address().toString());
    Replica replica = new Replica(GROUP, peer, VOTERS, RaftGroupSettings.from(node.system().settings().config()),
        AppendMachine::new, new ArteryNetwork(node.system(), GROUP, to -> Optional.ofNullable(addresses.get(to))),
        RocksPersistence.get(node.system()).snapshotArchive(),
        new FileSnapshotSpool(data.resolve(peer.value()).resolve("spool")), RaftClock.system(),
        RandomGeneratorFactory.getDefault().create(peer.hashCode()));
    node.spawn(RaftGroup.create(replica), RaftPaths.groupName(GROUP));
  }

  private Config config(PeerId peer) {
    return ConfigFactory.parseString("""
        pekko.actor.provider = remote
        pekko.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
        pekko.remote.artery.transport = tcp
        pekko.remote.warn-about-direct-use = off
        pekko.remote.use-unsafe-remote-features-outside-cluster = on
        pekko.persistence.journal.plugin = "flotilla.persistence.journal"
        pekko.persistence.snapshot-store.plugin = "flotilla.persistence.snapshot-store"
        flotilla.persistence.directory = "%s"
        flotilla.raft.snapshot-after-entries = 20
        flotilla.raft.retain-entries = 0
        pekko.loglevel = WARNING
        """.formatted(data.resolve(peer.value()))).withFallback(ConfigFactory.load()).resolve();
  }

  /** A node's replica as a client on that node or on another one reaches it. */
  private ActorRef<RaftPeer.Command> replica(ActorTestKit from, PeerId peer) {
    return new ReplicaRefs(from.system()).peer(addresses.get(peer), GROUP);
  }

  private ActorTestKit anyNode() {
    return nodes.values().iterator().next();
  }

  private ReplicaStatus status(PeerId peer) {
    TestProbe<ReplicaStatus> probe = anyNode().createTestProbe(ReplicaStatus.class);
    replica(anyNode(), peer).tell(new RaftPeer.GetStatus(probe.getRef()));
    return probe.receiveMessage(Duration.ofSeconds(3));
  }

  private PeerId leader() {
    return anyNode().createTestProbe().awaitAssert(PATIENCE, () -> nodes.keySet().stream()
        .filter(peer -> status(peer).role().equals("leader")).findFirst()
        .orElseThrow(() -> new AssertionError("no leader yet")));
  }

  /** From the replica's own node, since a large command takes the bulk path elsewhere. */
  private Reply propose(PeerId peer, String command) {
    TestProbe<Replies> probe = nodes.get(peer).createTestProbe(Replies.class);
    replica(nodes.get(peer), peer).tell(new Requests(List.of(new Request.Propose(1, command.getBytes(UTF_8), false)), probe.getRef()));
    return TestCluster.replies(probe, 1).getFirst();
  }

  private void awaitState(PeerId peer, String expected) {
    ActorTestKit node = nodes.get(peer);
    node.createTestProbe().awaitAssert(PATIENCE, () -> {
      TestProbe<Replies> probe = node.createTestProbe(Replies.class);
      replica(node, peer).tell(new Requests(List.of(new Request.StaleRead(1, new byte[0])), probe.getRef()));
      assertThat(TestCluster.text(probe.receiveMessage(Duration.ofSeconds(1)).replies().getFirst()).equals(expected)).isTrue();
      return null;
    });
  }
}
