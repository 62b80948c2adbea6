package io.flotilla.simulation.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.raft.PeerId;
import io.flotilla.raft.actor.RaftClientProtocol.Replies;
import io.flotilla.raft.actor.RaftClientProtocol.Reply;
import io.flotilla.raft.actor.RaftClientProtocol.Request;
import io.flotilla.raft.actor.RaftClientProtocol.Requests;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.Test;

/** The course's checks of its own network (NW1 to NW8), as far as they make sense for messages that go one way. */
class NetworkTest {
  private static final Duration SOON = Duration.ofMillis(1);

  private final World world = World.of(1);
  private final List<Requests> received = new ArrayList<>();
  private final List<Reply> answered = new ArrayList<>();
  private final Node server = world.addNode("server", this::runEcho);
  private final Node client = world.addNode("client", _ -> { });
  private final ActorRef<Replies> replyTo = world.ref("replies", replies -> answered.addAll(replies.replies()));

  NetworkTest() {
    server.start();
    client.start();
  }

  /** Answers each request with what it proposed. */
  private void runEcho(Node node) {
    node.offer("echo", node.spawn(Behaviors.<Requests>receiveMessage(requests -> {
      received.add(requests);
      requests.replyTo().tell(new Replies(requests.requests().stream()
          .<Reply>map(request -> new Reply.Applied(request.requestId(), 1, ((Request.Propose) request).command())).toList()));
      return Behaviors.same();
    }), "echo"));
  }

  private void call(long requestId, byte[] content) {
    world.network().send(client, server, "echo", new Requests(List.of(new Request.Propose(requestId, content, false)), replyTo));
  }

  @Test
  void whatArrivesIsWhatWasSentButNotTheSameObject() {
    byte[] content = {1, 2, 3};
    call(7, content);
    world.advance(SOON);
    assertThat(((Request.Propose) received.getFirst().requests().getFirst()).command()).isEqualTo(content).isNotSameAs(content);
    assertThat(answered).singleElement().isInstanceOfSatisfying(Reply.Applied.class, reply -> {
      assertThat(reply.requestId()).isEqualTo(7);
      assertThat(reply.result()).isEqualTo(content);
    });
  }

  @Test
  void aLinkThatIsCutCarriesNothingAndOnceMendedEverything() {
    world.network().disconnect(server);
    call(1, new byte[1]);
    world.advance(SOON);
    assertThat(received).isEmpty();
    world.network().reconnect(server);
    call(2, new byte[1]);
    world.advance(SOON);
    assertThat(answered).hasSize(1);
  }

  @Test
  void aCutOfOneDirectionLosesTheRepliesOnly() {
    world.network().cut(server, client);
    call(1, new byte[1]);
    world.advance(SOON);
    assertThat(received).hasSize(1);
    assertThat(answered).isEmpty();
  }

  @Test
  void countsMessagesAndTheirBytes() {
    for (int i = 0; i < 17; i++) {
      call(i, new byte[284]);
    }
    world.advance(SOON);
    assertThat(received).hasSize(17);
    assertThat(world.network().messages()).isEqualTo(2 * 17);
    // Both ways carry the content: 2 x 4828 bytes, and some tens for each message.
    assertThat(world.network().bytes()).isBetween(2 * 4828L, 2 * 6000L);
  }

  @Test
  void manyAtOnceAreEachDeliveredOnce() {
    for (int i = 0; i < 200; i++) {
      call(i, new byte[8]);
    }
    world.advance(SOON);
    assertThat(answered.stream().map(Reply::requestId).distinct()).hasSize(200);
    assertThat(answered).hasSize(200);
  }

  @Test
  void anUnreliableNetworkLosesSomeRequestsAndSomeReplies() {
    world.network().become(LinkConditions.UNRELIABLE);
    for (int i = 0; i < 300; i++) {
      call(i, new byte[8]);
    }
    world.advance(Duration.ofSeconds(1));
    assertThat(received).hasSizeBetween(240, 299);
    assertThat(answered.size()).isBetween(200, received.size() - 1);
  }

  @Test
  void longReorderingHoldsRepliesBack() {
    world.network().become(LinkConditions.RELIABLE.longReordering());
    for (int i = 0; i < 300; i++) {
      call(i, new byte[8]);
    }
    world.advance(Duration.ofMillis(190));
    assertThat(answered).hasSizeBetween(60, 140);
    world.advance(Duration.ofMillis(2200));
    assertThat(answered).hasSize(300);
  }

  @Test
  void duplicatedMessagesComeTwice() {
    world.network().become(new LinkConditions(Delay.micros(1, 2), Delay.micros(1, 2), 0, 0, 1, 0));
    call(1, new byte[8]);
    world.advance(SOON);
    assertThat(received).hasSize(2);
    assertThat(answered).hasSize(4);
  }

  @Test
  void aCrashedNodeAnswersNothingAndItsLaterSelfNotForIt() {
    call(1, new byte[8]);
    server.crash();
    world.advance(SOON);
    assertThat(received).isEmpty();
    server.start();
    call(2, new byte[8]);
    world.advance(SOON);
    assertThat(answered.stream().map(Reply::requestId)).containsExactly(2L);
  }

  @Test
  void aPausedNodeAnswersOnceItGoesOn() {
    server.pause();
    call(1, new byte[8]);
    world.advance(Duration.ofSeconds(20));
    assertThat(answered).isEmpty();
    server.resume();
    world.advance(SOON);
    assertThat(answered).hasSize(1);
  }

  @Test
  void aNodeMayDieBetweenTwoMessagesOfOneStep() {
    Node chatter = world.addNode("chatter", node -> node.offer("talk", node.spawn(Behaviors.<Requests>receiveMessage(requests -> {
      for (int i = 0; i < 3; i++) {
        requests.replyTo().tell(new Replies(List.of(new Reply.NotLeader(i, Optional.of(PeerId.of("n1"))))));
      }
      return Behaviors.same();
    }), "talk")));
    chatter.start();
    chatter.crashAfterSending(2);
    world.network().send(client, chatter, "talk", new Requests(List.of(new Request.Propose(1, new byte[1], false)), replyTo));
    world.advance(SOON);
    Set<Long> ids = new HashSet<>();
    answered.forEach(reply -> ids.add(reply.requestId()));
    assertThat(ids).containsExactlyInAnyOrder(0L, 1L);
    assertThat(chatter.isUp()).isFalse();
  }
}
