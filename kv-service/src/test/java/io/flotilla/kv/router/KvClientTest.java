package io.flotilla.kv.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.flotilla.kv.Key;
import io.flotilla.kv.KvClient;
import io.flotilla.kv.KvReply;
import io.flotilla.kv.KvReply.Found;
import io.flotilla.kv.KvReply.Scanned;
import io.flotilla.kv.KvReply.Written;
import io.flotilla.kv.KvRequest;
import io.flotilla.kv.KvRequest.Consistency;
import io.flotilla.kv.SessionStamp;
import io.flotilla.kv.store.KvStateMachine;
import io.flotilla.persistence.rocksdb.RocksPersistence;
import io.flotilla.raft.Membership;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.actor.MemorySnapshotSpool;
import io.flotilla.raft.actor.RaftClock;
import io.flotilla.raft.actor.RaftGroup;
import io.flotilla.raft.actor.RaftGroupSettings;
import io.flotilla.raft.actor.RaftPaths;
import io.flotilla.raft.actor.Replica;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client over Artery, before a real group with one replica on a real disk. */
class KvClientTest {
  private static final PeerId N1 = PeerId.of("n1");

  @TempDir
  private static Path folder;

  private static ActorSystem<Void> node;
  private static KvClient client;

  @BeforeAll
  static void start() {
    Config config = ConfigFactory.parseString("""
        pekko.actor.provider = cluster
        pekko.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
        pekko.persistence.journal.plugin = "flotilla.persistence.journal"
        pekko.persistence.snapshot-store.plugin = "flotilla.persistence.snapshot-store"
        flotilla.persistence.directory = "%s"
        """.formatted(folder.resolve("data"))).withFallback(ConfigFactory.load());
    node = ActorSystem.create(Behaviors.setup(context -> {
      RocksPersistence persistence = RocksPersistence.get(context.getSystem());
      Replica replica = new Replica("g1", N1, Membership.ofVoters(List.of(N1)), RaftGroupSettings.from(config),
          KvStateMachine::new, (_, _) -> {}, persistence.snapshotArchive(), new MemorySnapshotSpool(), RaftClock.system(),
          new SplittableRandom(1));
      context.spawn(RaftGroup.create(replica), RaftPaths.groupName("g1"));
      String address = Cluster.get(context.getSystem()).selfMember().address().toString();
      DirectorySnapshot directory = new DirectorySnapshot(1, new TreeMap<>(Map.of("g1", new TreeSet<>(List.of(N1)))),
          new TreeMap<>(Map.of(N1, address)));
      context.spawn(Behaviors.<DirectoryProtocol>receiveMessage(message -> switch (message) {
        case DirectoryProtocol.GetDirectory(var replyTo) -> {
          replyTo.tell(directory);
          yield Behaviors.same();
        }
      }), DirectoryProtocol.NAME);
      return Behaviors.empty();
    }), "flotilla", config);
    String contact = Cluster.get(node).selfMember().address().hostPort().replaceFirst(".*@", "");
    client = KvClients.connect(List.of("127.0.0.1:1", contact), ConfigFactory.load());
  }

  @AfterAll
  static void stop() {
    client.close();
    ActorTestKit.shutdown(node);
  }

  @Test
  void writesAndReads() {
    assertThat(done(client.put("a", new byte[] {1, 2}))).isInstanceOfSatisfying(Written.class,
        it -> assertThat(it.version()).isEqualTo(1));
    assertThat(done(client.append("a", new byte[] {3}))).isInstanceOfSatisfying(Written.class,
        it -> assertThat(it.lengthBytes()).isEqualTo(3));
    assertThat(done(client.get("a"))).isInstanceOfSatisfying(Found.class,
        it -> assertThat(it.value()).containsExactly(1, 2, 3));
    assertThat(done(client.execute(new KvRequest.Get(Key.of("a"), Consistency.LEASE)))).isInstanceOf(Found.class);
    assertThat(done(client.execute(new KvRequest.Get(Key.of("a"), Consistency.STALE)))).isInstanceOf(Found.class);
    assertThat(done(client.delete("a"))).isInstanceOf(KvReply.Deleted.class);
    assertThat(done(client.get("a"))).isEqualTo(new KvReply.NotFound());
  }

  @Test
  void theLargestValuesTravelBothWays() {
    byte[] largest = new byte[1024 * 1024];
    largest[largest.length - 1] = 7;
    for (int i = 0; i < 4; i++) {
      assertThat(done(client.put("large/" + i, largest))).isInstanceOf(Written.class);
    }
    List<CompletableFuture<KvReply>> replies = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      replies.add(client.get("large/" + i).toCompletableFuture());
    }
    assertThat(replies).allSatisfy(reply -> assertThat(reply.join()).isInstanceOfSatisfying(Found.class,
        found -> assertThat(found.value()).isEqualTo(largest)));
    Scanned page = (Scanned) done(client.execute(new KvRequest.Scan("large/".getBytes(StandardCharsets.UTF_8),
        Optional.empty(), Optional.empty(), 10, Optional.empty(), Consistency.LINEARIZABLE)));
    assertThat(page.items()).hasSize(1);
    assertThat(page.cursor()).isPresent();
  }

  @Test
  void manyAtOnceAreAllApplied() {
    List<CompletableFuture<KvReply>> replies = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      replies.add(client.append("many", new byte[] {1}).toCompletableFuture());
    }
    assertThat(replies).allSatisfy(reply -> assertThat(reply.join()).isInstanceOf(Written.class));
    assertThat(done(client.get("many"))).isInstanceOfSatisfying(Found.class, it -> assertThat(it.value()).hasSize(2_000));
  }

  @Test
  void aRepeatedStampIsAppliedOnce() {
    SessionStamp stamp = new SessionStamp(UUID.randomUUID(), 0);
    KvRequest.Append append = new KvRequest.Append(Key.of("once"), new byte[] {1}, KvRequest.Condition.ALWAYS);
    KvReply first = done(client.execute(append, stamp));
    assertThat(first).isInstanceOf(Written.class);
    assertThat(done(client.execute(append, stamp))).isEqualTo(first);
  }

  @Test
  void whatWaitsIsAnsweredWhenItsClientIsClosed() {
    KvClient alone = KvClients.connect(List.of("127.0.0.1:1"), ConfigFactory.load());
    List<CompletableFuture<KvReply>> waiting = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      waiting.add(alone.put("waiting", new byte[] {1}).toCompletableFuture());
    }
    alone.close();
    assertThat(waiting).allSatisfy(reply -> assertThat(reply).isCompletedWithValueMatching(KvReply.Unavailable.class::isInstance));
  }

  @Test
  void aClosedClientSaysThatItIs() {
    KvClient alone = KvClients.connect(List.of("127.0.0.1:1"), ConfigFactory.load());
    alone.close();
    alone.close();
    assertThat(alone.get("a").toCompletableFuture()).isCompletedExceptionally()
        .failsWithin(Duration.ZERO).withThrowableThat().havingCause().withMessage("the client is closed");
  }

  @Test
  void aContactThatIsNoneIsRefused() {
    assertThatThrownBy(() -> KvClients.connect(List.of("nowhere"), ConfigFactory.empty()))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("host:port, not 'nowhere'");
    assertThatThrownBy(() -> KvClients.connect(List.of(), ConfigFactory.empty())).isInstanceOf(IllegalArgumentException.class);
  }

  private static KvReply done(CompletionStage<KvReply> reply) {
    return reply.toCompletableFuture().join();
  }
}
