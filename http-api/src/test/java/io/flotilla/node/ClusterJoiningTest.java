package io.flotilla.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.flotilla.kv.registry.AddressBook;
import io.flotilla.kv.registry.AddressBook.Contact;
import io.flotilla.kv.registry.GroupManager;
import io.flotilla.kv.registry.Registry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two nodes' actor systems become one Pekko cluster by what their managers say of the leader of meta. */
class ClusterJoiningTest {
  private static final Config CONFIG = ConfigFactory.parseString("""
      pekko.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
      pekko.loglevel = WARNING
      """).withFallback(ConfigFactory.parseResources("flotilla-node.conf")).withFallback(ConfigFactory.load());

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final ActorTestKit n1 = ActorTestKit.create(NodeSettings.SYSTEM, CONFIG);
  private final ActorTestKit n2 = ActorTestKit.create(NodeSettings.SYSTEM, CONFIG);
  private final AddressBook book = new AddressBook(NodeSettings.SYSTEM, List.of(contact("n1", n1), contact("n2", n2)));
  private final AtomicReference<Optional<String>> leader = new AtomicReference<>(Optional.empty());

  @AfterEach
  void stop() {
    n1.shutdownTestKit();
    n2.shutdownTestKit();
  }

  @Test
  void theyWaitForALeaderAndThenFindEachOther() {
    TestProbe<Object> watcher = n1.createTestProbe();
    ActorRef<ClusterJoining.Command> first = n1.spawn(ClusterJoining.create("n1", book, manager(n1)));
    n2.spawn(ClusterJoining.create("n2", book, manager(n2)));
    assertThat(members(n1)).as("nobody leads meta").isZero();

    leader.set(Optional.of("n1"));
    watcher.awaitAssert(PATIENCE, () -> {
      assertThat(members(n1)).isEqualTo(2);
      assertThat(members(n2)).isEqualTo(2);
      return null;
    });
    watcher.expectTerminated(first, PATIENCE); // its work is done
  }

  private ActorRef<GroupManager.Command> manager(ActorTestKit node) {
    return node.spawn(Behaviors.receiveMessage(command -> {
      if (command instanceof GroupManager.GetHosted(var replyTo)) {
        replyTo.tell(new GroupManager.Hosted(new TreeSet<>(), new TreeMap<>(), true, Registry.EMPTY, leader.get()));
      }
      return Behaviors.same();
    }));
  }

  private static Contact contact(String id, ActorTestKit node) {
    return new Contact(id, "127.0.0.1", Cluster.get(node.system()).selfMember().address().getPort().orElseThrow());
  }

  private static long members(ActorTestKit node) {
    return StreamSupport.stream(Cluster.get(node.system()).state().getMembers().spliterator(), false)
        .filter(member -> member.status().equals(MemberStatus.up())).count();
  }
}
