package io.flotilla.raft.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.flotilla.persistence.kryo.KryoSerializer;
import io.flotilla.raft.Effect.ChangeOutcome;
import io.flotilla.raft.LogEntry;
import io.flotilla.raft.RaftMessage;
import io.flotilla.raft.actor.RaftClientProtocol.Reply;
import io.flotilla.raft.actor.RaftClientProtocol.Request;
import io.flotilla.raft.actor.RaftLogEvent;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RaftKryoTest {
  private static final ActorTestKit TEST_KIT = ActorTestKit.create("raft-kryo-test", ConfigFactory.load());
  private static final Serialization SERIALIZATION =
      SerializationExtension.get(Adapter.toClassic(TEST_KIT.system()));

  @AfterAll
  static void shutDown() {
    TEST_KIT.shutdownTestKit();
  }

  static Stream<Object> examples() {
    return Stream.concat(Examples.wire(TEST_KIT.createTestProbe().getRef()), Examples.stored());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("examples")
  void whatIsWrittenIsReadBack(Object example) {
    byte[] bytes = SERIALIZATION.serialize(example).get();

    assertThat(SERIALIZATION.findSerializerFor(example)).isInstanceOf(KryoSerializer.class);
    assertThat(read(bytes, example.getClass())).usingRecursiveComparison().isEqualTo(example);
  }

  static Stream<Arguments> protocols() {
    return Stream.of(
        Arguments.of(RaftMessage.class, Examples.peerMessages().toList()),
        Arguments.of(LogEntry.class, Examples.entries().toList()),
        Arguments.of(Request.class, Examples.requestKinds().toList()),
        Arguments.of(Reply.class, Examples.replyKinds().toList()),
        Arguments.of(ChangeOutcome.class, Examples.outcomes().toList()),
        Arguments.of(RaftLogEvent.class, Examples.events().toList()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("protocols")
  void everyRecordOfAProtocolHasAnExample(Class<?> protocol, List<?> examples) {
    assertThat(examples).extracting(Object::getClass).as("examples of %s", protocol)
        .contains(Arrays.stream(protocol.getPermittedSubclasses()).toArray(Class<?>[]::new));
  }

  /** To record a new layout under new ids, append the line that the failure shows; lines that are there never change. */
  @Test
  void whatEarlierVersionsStoredIsStillRead() throws IOException {
    List<Object> stored = Examples.stored().toList();
    List<String> golden = goldenLines();

    assertThat(stored.stream().map(example -> hex(SERIALIZATION.serialize(example).get())).toList()).isEqualTo(golden);
    for (int i = 0; i < stored.size(); i++) {
      assertThat(read(HexFormat.of().parseHex(golden.get(i)), stored.get(i).getClass()))
          .usingRecursiveComparison().isEqualTo(stored.get(i));
    }
  }

  private static List<String> goldenLines() throws IOException {
    try (InputStream in = RaftKryoTest.class.getResourceAsStream("stored-v1.hex")) {
      return new String(in.readAllBytes(), UTF_8).lines().toList();
    }
  }

  private static Object read(byte[] bytes, Class<?> type) {
    return SERIALIZATION.deserialize(bytes, type).get();
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
