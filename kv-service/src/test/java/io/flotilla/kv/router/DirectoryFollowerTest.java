package io.flotilla.kv.router;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.flotilla.kv.router.DirectoryProtocol.GetDirectory;
import io.flotilla.raft.PeerId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** In virtual time: whom a client outside asks where nodes and groups are, and what it makes of the answer. */
class DirectoryFollowerTest {
  private static final String HERE = "pekko://follower";
  private static final String NOWHERE = "pekko://follower@127.0.0.1:1";
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration REFRESH = Duration.ofSeconds(2);

  private final ActorTestKit kit = ActorTestKit.create("follower", ManualTime.config().withFallback(ConfigFactory.load()));
  private final ManualTime time = ManualTime.get(kit.system());
  private final TestProbe<Router.Command> router = kit.createTestProbe(Router.Command.class);
  private final TestProbe<GetDirectory> directory = kit.createTestProbe(GetDirectory.class);

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  private void follow(String... contacts) {
    kit.spawn(Behaviors.<GetDirectory>receiveMessage(question -> {
      directory.getRef().tell(question);
      return Behaviors.same();
    }), DirectoryProtocol.NAME);
    kit.spawn(DirectoryFollower.create(List.of(contacts), router.getRef(), REFRESH));
  }

  @Test
  void allContactsAreAskedAgainAndAgainUntilOneAnswers() {
    follow(NOWHERE, HERE);
    directory.receiveMessage();
    time.timePasses(FIRST_PAUSE);
    GetDirectory second = directory.receiveMessage();
    router.expectNoMessage(Duration.ZERO);

    second.replyTo().tell(snapshot(1));
    assertThat(router.receiveMessage()).isEqualTo(new Router.UseDirectory(snapshot(1)));
    time.timePasses(FIRST_PAUSE);
    directory.expectNoMessage(Duration.ZERO);
  }

  @Test
  void afterwardsOneNodeIsAskedAtATimeThoseThatItLearntOfAndItsContacts() {
    follow(HERE);
    directory.receiveMessage().replyTo().tell(snapshot(1)); // of a node at NOWHERE, which is asked first
    router.receiveMessage();
    time.timePasses(REFRESH);
    directory.expectNoMessage(Duration.ZERO);
    time.timePasses(REFRESH);
    directory.receiveMessage().replyTo().tell(snapshot(2));
    assertThat(router.receiveMessage()).isEqualTo(new Router.UseDirectory(snapshot(2)));
  }

  private static DirectorySnapshot snapshot(long version) {
    return new DirectorySnapshot(version, new TreeMap<>(), new TreeMap<>(Map.of(PeerId.of("n1"), NOWHERE)));
  }
}
