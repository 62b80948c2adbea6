package io.flotilla.kv.router;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.flotilla.persistence.kryo.KryoSerializer;
import io.flotilla.raft.PeerId;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What clients outside and nodes say to one another, through bytes and back. */
class KvKryoTest {
  private static final ActorTestKit TEST_KIT = ActorTestKit.create("kv-kryo-test", ConfigFactory.load());
  private static final Serialization SERIALIZATION = SerializationExtension.get(Adapter.toClassic(TEST_KIT.system()));

  @AfterAll
  static void shutDown() {
    TEST_KIT.shutdownTestKit();
  }

  static Stream<Object> examples() {
    return Stream.of(
        new DirectoryProtocol.GetDirectory(TEST_KIT.<DirectorySnapshot>createTestProbe().getRef()),
        new DirectorySnapshot(300, new TreeMap<>(Map.of("g1", new TreeSet<>(List.of(PeerId.of("n1"), PeerId.of("n2"))),
            "meta", new TreeSet<>())), new TreeMap<>(Map.of(PeerId.of("n1"), "pekko://flotilla@127.0.0.1:7355"))),
        new DirectorySnapshot(0, new TreeMap<>(), new TreeMap<>()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("examples")
  void whatIsWrittenIsReadBack(Object example) {
    byte[] bytes = SERIALIZATION.serialize(example).get();
    assertThat(SERIALIZATION.findSerializerFor(example)).isInstanceOf(KryoSerializer.class);
    assertThat(SERIALIZATION.deserialize(bytes, example.getClass()).get()).isEqualTo(example);
  }
}
