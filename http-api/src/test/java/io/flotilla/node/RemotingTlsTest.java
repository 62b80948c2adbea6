package io.flotilla.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes talk over TLS, to those that can prove who they are. */
class RemotingTlsTest {
  private static final Duration A_WHILE = Duration.ofSeconds(2);

  @TempDir
  private Path folder;

  @Test
  void nodesThatTrustOneAnotherTalkAndStrangersAreNotHeard() throws IOException, InterruptedException {
    Path shared = KeyStores.create(folder.resolve("cluster.p12"));
    ActorTestKit n1 = node(shared);
    ActorTestKit n2 = node(shared);
    ActorTestKit stranger = node(KeyStores.create(folder.resolve("stranger.p12")));
    try {
      TestProbe<String> ear = n1.createTestProbe(String.class);
      String address = ActorRefResolver.get(n1.system()).toSerializationFormat(ear.getRef());
      from(stranger, address).tell("from a stranger");
      from(n2, address).tell("from n2");
      assertThat(ear.receiveMessage()).isEqualTo("from n2");
      ear.expectNoMessage(A_WHILE);
    } finally {
      // Who connects again and again ends first: a connection that comes while its receiver ends can keep that from ending.
      stranger.shutdownTestKit();
      n2.shutdownTestKit();
      n1.shutdownTestKit();
    }
  }

  private static ActorRef<String> from(ActorTestKit node, String address) {
    return ActorRefResolver.get(node.system()).resolveActorRef(address);
  }

  private static ActorTestKit node(Path keyStore) {
    Config base = ConfigFactory.parseString("""
        flotilla.remoting { host = "127.0.0.1", port = 0
          tls { key-store = "%1$s", password = %2$s, trust-store = "%1$s", trust-store-password = %2$s } }
        pekko.loglevel = OFF
        """.formatted(keyStore, KeyStores.PASSWORD)).withFallback(ConfigFactory.parseResources("flotilla-node.conf"))
        .withFallback(ConfigFactory.load());
    return ActorTestKit.create(NodeSettings.SYSTEM, RemotingConfig.of(base).withFallback(base));
  }
}
