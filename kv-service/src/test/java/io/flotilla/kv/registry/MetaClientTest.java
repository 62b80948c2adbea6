package io.flotilla.kv.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.raft.PeerId;
import io.flotilla.raft.actor.RaftClientProtocol.Reply;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How the registry's leader is found and asked. */
class MetaClientTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final RegistryCommand COMMAND = RegistryFixture.register("n1", "folder");

  private final FakeMeta meta = new FakeMeta();
  private final MetaClient client = new MetaClient(meta.system(), meta.book, new Peers(meta.system(), meta.book));

  @AfterEach
  void stop() {
    meta.close();
  }

  @Test
  void aCommandIsAppliedAndWhoAnsweredLeads() {
    assertThat(done(client.execute(COMMAND, LONG))).containsInstanceOf(RegistryReply.Accepted.class);
    assertThat(client.leader()).isPresent();
    assertThat(done(client.read(LONG)).orElseThrow().nodes()).containsKey("n1");
  }

  static Reply[] notYet() {
    return new Reply[] {new Reply.NotLeader(0, Optional.of(PeerId.of("n2"))), new Reply.NotLeader(0, Optional.empty()),
      new Reply.Overloaded(0, false), new Reply.OutcomeUnknown(0)};
  }

  /** Registry commands may be repeated, so even an unknown outcome is. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("notYet")
  void whatIsNotAnAnswerIsAskedAgain(Reply reply) {
    meta.answerOnce(reply);
    assertThat(done(client.execute(COMMAND, LONG))).containsInstanceOf(RegistryReply.Accepted.class);
    assertThat(meta.requests()).hasSize(2);
  }

  @Test
  void aHintIsFollowed() {
    meta.answerOnce(new Reply.NotLeader(0, Optional.of(PeerId.of("n3"))));
    assertThat(done(client.read(LONG))).isPresent();
    assertThat(client.leader()).contains("n3");
  }

  @Test
  void silenceIsNoAnswerAndTheLeaderIsForgotten() {
    assertThat(done(client.read(LONG))).isPresent();
    meta.beSilent(true);
    assertThat(done(client.read(SHORT))).isEmpty();
    assertThat(client.leader()).isEmpty();
    meta.beSilent(false);
    assertThat(done(client.read(LONG))).isPresent();
  }

  private static <T> T done(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }
}
