package io.flotilla.persistence.kryo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KryoSerializerTest {
  private static ActorSystem system;
  private static KryoSerializer serializer;

  /** Claims an id that {@link CommonTypes} has given away. */
  public static final class Colliding implements KryoModule {
    @Override
    public void register(Kryo kryo, ExtendedActorSystem actorSystem) {
      kryo.register(Random.class, Wire.<Random>serializer((_, _, _) -> {}, (_, _) -> new Random()), 101);
    }
  }

  @BeforeAll
  static void start() {
    system = ActorSystem.create("kryo");
    serializer = new KryoSerializer((ExtendedActorSystem) system);
  }

  @AfterAll
  static void stop() {
    TestKit.shutdownActorSystem(system);
  }

  static Stream<Object> values() {
    return Stream.of(
        "", "ascii", "Grüße, 世界 😀", 1, -1L, Long.MAX_VALUE, true, 1.5, 'c', (byte) 3, (short) 4, 2.5f,
        new UUID(1, -2), Duration.ofNanos(-1), Duration.ofDays(9), Instant.ofEpochSecond(-5, 7),
        Optional.empty(), Optional.of("x"), List.of(), List.of(1, 2), List.of(1, 2, 3), List.of(List.of("nested")),
        Set.of("one"), Set.of(1, 2, 3), Map.of(), Map.of("k", 1L), Map.of("a", List.of(1), "b", List.of()));
  }

  @ParameterizedTest(name = "value {0}")
  @MethodSource("values")
  void valuesComeBackEqualByArrayAndByBuffer(Object value) {
    byte[] bytes = serializer.toBinary(value);
    assertThat(serializer.fromBinary(bytes)).isEqualTo(value);
    ByteBuffer direct = ByteBuffer.allocateDirect(1_000).position(10);
    serializer.toBinary(value, direct);
    assertThat(direct.position()).isEqualTo(10 + bytes.length);
    direct.flip().position(10);
    assertThat(serializer.fromBinary(direct, "")).isEqualTo(value);
    assertThat(direct.hasRemaining()).isFalse();
  }

  @Test
  void bytesComeBack() {
    byte[] bytes = {1, 2, 3};
    assertThat((byte[]) serializer.fromBinary(serializer.toBinary(bytes))).containsExactly(1, 2, 3);
  }

  @Test
  void collectionsOfAnyClassComeBackImmutableAndInOrder() {
    assertThat(roundTrip(new ArrayList<>(List.of(3, 1, 2)))).isEqualTo(List.of(3, 1, 2));
    assertThat(roundTrip(Collections.unmodifiableList(Arrays.asList("b", "a")))).isEqualTo(List.of("b", "a"));
    Map<?, ?> map = (Map<?, ?>) roundTrip(new TreeMap<>(Map.of("a", 1, "b", 2, "c", 3)));
    assertThat(map.keySet().toString()).isEqualTo("[a, b, c]");
    assertThatThrownBy(map::clear).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void actorReferencesTypedAndClassicAreResolved() {
    ActorRef classic = new TestKit(system).getRef();
    assertThat(roundTrip(classic)).isEqualTo(classic);
    org.apache.pekko.actor.typed.ActorRef<Object> typed = Adapter.toTyped(classic);
    assertThat(roundTrip(typed)).isEqualTo(typed);
  }

  @Test
  void anUnknownClassIsRefusedByName() {
    assertThatThrownBy(() -> serializer.toBinary(new Random()))
        .hasMessageContaining("java.util.Random is not registered")
        .hasMessageContaining("flotilla.serialization.modules");
    assertThatThrownBy(() -> serializer.toBinary(List.of(new Random())))
        .hasMessageContaining("java.util.Random is not registered");
    assertThat(roundTrip("still works")).isEqualTo("still works");
  }

  @Test
  void anUnknownIdIsRefused() {
    assertThatExceptionOfType(KryoException.class)
        .isThrownBy(() -> serializer.fromBinary(new byte[] {(byte) 0xff, 0x7f}))
        .withMessageContaining("16381");
  }

  @Test
  void aCollisionOfIdsStopsTheStart() {
    Config config = ConfigFactory.parseString(
        "flotilla.serialization.modules.colliding = \"%s\"".formatted(Colliding.class.getName()));
    assertThatThrownBy(() -> ActorSystem.create("other", config.withFallback(ConfigFactory.load())))
        .hasMessageContaining("101")
        .hasMessageContaining("java.util.UUID")
        .hasMessageContaining("java.util.Random");
  }

  @Test
  void aBufferThatIsTooSmallOverflowsAsTheTransportExpects() {
    for (ByteBuffer small : List.of(ByteBuffer.allocateDirect(50), ByteBuffer.allocateDirect(500).limit(50))) {
      assertThatExceptionOfType(BufferOverflowException.class)
          .isThrownBy(() -> serializer.toBinary(new byte[100], small));
    }
    assertThat(roundTrip("still works")).isEqualTo("still works");
  }

  @Test
  void aLengthThatTheMessageCannotHoldAllocatesNothing() {
    int twoBillion = Integer.MAX_VALUE - 100;
    assertThatExceptionOfType(KryoException.class)
        .isThrownBy(() -> serializer.fromBinary(counted(new byte[0], twoBillion)))
        .withMessageContaining("2147483547 elements");
    assertThatExceptionOfType(KryoException.class).isThrownBy(() -> serializer.fromBinary(counted(List.of(), twoBillion)));
    assertThatExceptionOfType(KryoException.class).isThrownBy(() -> serializer.fromBinary(counted(Map.of(), twoBillion)));
    byte[] string = {(byte) (1 + 2), (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f};
    assertThatExceptionOfType(KryoException.class).isThrownBy(() -> serializer.fromBinary(string));
  }

  @Test
  void malformedMessagesFailCleanly() {
    Random random = new Random(1);
    byte[] good = serializer.toBinary(Map.of("a", List.of(1, Optional.of("text")), "b", new UUID(1, 2)));
    for (int i = 0; i < 10_000; i++) {
      byte[] bad = good.clone();
      bad[random.nextInt(bad.length)] = (byte) random.nextInt();
      try {
        serializer.fromBinary(bad);
      } catch (RuntimeException expected) {
        assertThat(expected).isNotInstanceOf(NegativeArraySizeException.class);
      }
    }
    assertThat(roundTrip("still works")).isEqualTo("still works");
  }

  /** The encoding of an empty collection, with another count in place of its own. */
  private static byte[] counted(Object empty, int count) {
    byte[] bytes = serializer.toBinary(empty);
    ByteBuffer changed = ByteBuffer.allocate(bytes.length + 4).put(bytes, 0, bytes.length - 1);
    for (int left = count; ; left >>>= 7) {
      if (left < 0x80) {
        return changed.put((byte) left).array();
      }
      changed.put((byte) (left | 0x80));
    }
  }

  private static Object roundTrip(Object value) {
    return serializer.fromBinary(serializer.toBinary(value));
  }
}
