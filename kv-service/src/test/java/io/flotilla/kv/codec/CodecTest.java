package io.flotilla.kv.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.kv.Key;
import io.flotilla.kv.KvReply;
import io.flotilla.kv.KvRequest.Read;
import io.flotilla.kv.RandomRequests;
import io.flotilla.kv.SessionStamp;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CodecTest {
  private static final WriteCommand.Bounds BOUNDS = new WriteCommand.Bounds(1 << 20, 3_600_000, 10_000);
  private final RandomRequests requests = new RandomRequests(7);

  @Test
  void commandsComeBackAsTheyWere() throws MalformedException {
    for (int i = 0; i < 300; i++) {
      WriteCommand command = command(i);
      assertThat(WriteCommand.decode(command.encode())).usingRecursiveComparison().isEqualTo(command);
    }
  }

  @Test
  void queriesComeBackAsTheyWere() throws MalformedException {
    for (int i = 0; i < 300; i++) {
      Read read = requests.read();
      assertThat(QueryCodec.decode(QueryCodec.encode(read))).usingRecursiveComparison().isEqualTo(read);
    }
  }

  @ParameterizedTest
  @MethodSource("replies")
  void repliesComeBackAsTheyWere(KvReply reply) throws MalformedException {
    assertThat(ReplyCodec.decode(ReplyCodec.encode(reply))).usingRecursiveComparison().isEqualTo(reply);
  }

  static List<KvReply> replies() {
    KvReply.Item item = new KvReply.Item(Key.of("k"), new byte[] {1, 2}, 3, 4);
    return List.of(new KvReply.Written(1, Long.MAX_VALUE, 0), new KvReply.Deleted(true, 9), new KvReply.Deleted(false, 0),
        new KvReply.BatchApplied(List.of(new KvReply.Written(1, 2, 3), new KvReply.Deleted(true, 3))),
        new KvReply.Found(new byte[300], 1, 2), new KvReply.NotFound(), new KvReply.Scanned(List.of(), Optional.empty()),
        new KvReply.Scanned(List.of(item, item), Optional.of("next")), new KvReply.ConditionFailed(5, 6, 7),
        new KvReply.Invalid("a limit is 1 or more"), new KvReply.TooLarge(1 << 30, 1 << 20), new KvReply.SequenceSuperseded(11));
  }

  @Test
  void whatOnlyARouterSaysIsNoStateMachinesAnswer() {
    assertThatThrownBy(() -> ReplyCodec.encode(new KvReply.Unavailable(KvReply.Reason.NO_LEADER, Duration.ZERO)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void damagedBytesAreMalformedAndNothingElse() {
    for (int i = 0; i < 60; i++) {
      byte[] bytes = command(i).encode();
      for (int length = 0; length < bytes.length; length++) {
        byte[] cut = Arrays.copyOf(bytes, length);
        assertThatThrownBy(() -> WriteCommand.decode(cut)).isInstanceOf(MalformedException.class);
      }
      for (int at = 0; at < bytes.length; at++) {
        byte[] damaged = bytes.clone();
        damaged[at] ^= (byte) 0xFF;
        decodesOrIsMalformed(damaged);
      }
    }
  }

  private static void decodesOrIsMalformed(byte[] bytes) {
    try {
      assertThat(WriteCommand.decode(bytes)).isNotNull();
    } catch (MalformedException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  @Test
  void whatFollowsACommandIsNoPartOfIt() {
    byte[] bytes = command(1).encode();
    assertThatThrownBy(() -> WriteCommand.decode(Arrays.copyOf(bytes, bytes.length + 1)))
        .isInstanceOf(MalformedException.class).hasMessageContaining("1 bytes follow");
  }

  private WriteCommand command(int i) {
    return new WriteCommand(new SessionStamp(new UUID(i, -i), i * 1_000L), i * 999L, BOUNDS, requests.write());
  }
}
