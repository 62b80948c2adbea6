package io.flotilla.kv.router;

import static io.flotilla.kv.router.RouterFixture.N1;
import static io.flotilla.kv.router.RouterFixture.N2;
import static io.flotilla.kv.router.RouterFixture.N3;
import static io.flotilla.kv.router.RouterFixture.commandOf;
import static io.flotilla.kv.router.RouterFixture.keyOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.kv.Key;
import io.flotilla.kv.KvReply;
import io.flotilla.kv.KvReply.OutcomeUnknown;
import io.flotilla.kv.KvReply.Reason;
import io.flotilla.kv.KvReply.TooLarge;
import io.flotilla.kv.KvReply.Unavailable;
import io.flotilla.kv.KvReply.Written;
import io.flotilla.kv.KvRequest;
import io.flotilla.kv.KvRequest.Consistency;
import io.flotilla.kv.SessionStamp;
import io.flotilla.kv.codec.ReplyCodec;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.actor.RaftClientProtocol.Reply;
import io.flotilla.raft.actor.RaftClientProtocol.Request;
import io.flotilla.raft.actor.RaftClientProtocol.Requests;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouterTest {
  private static final Duration SILENCE = Duration.ofMillis(325);
  private static final Duration ATTEMPT = Duration.ofMillis(1_025);
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final Duration LIMIT = Duration.ofMillis(5_100);

  private RouterFixture router = new RouterFixture();

  @AfterEach
  void stop() {
    router.close();
  }

  @Test
  void findsTheLeaderByAHintAndStaysWithIt() {
    CompletableFuture<KvReply> first = router.put("a");
    RouterFixture.Received question = router.receivedAnywhere();
    PeerId leader = question.peer().equals(N3) ? N2 : N3;
    router.notLeader(question.requests(), Optional.of(leader));
    router.leads(router.received(leader));
    router.written(router.received(leader));
    assertThat(first.join()).isEqualTo(new Written(1, 1, 1));
    CompletableFuture<KvReply> second = router.put("b");
    router.written(router.received(leader));
    assertThat(second.join()).isEqualTo(new Written(1, 1, 1));
  }

  @Test
  void operationsWaitUntilAReplicaSaysThatItLeads() {
    List<CompletableFuture<KvReply>> replies = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      replies.add(router.put("k" + i));
    }
    RouterFixture.Received question = router.receivedAnywhere();
    assertThat(question.requests().requests()).hasSize(1);
    router.nothingIsSent();
    router.leads(question.requests());
    List<Request> sent = new ArrayList<>();
    while (sent.size() < 50) {
      Requests batch = router.received(question.peer());
      sent.addAll(batch.requests());
      router.written(batch);
    }
    assertThat(sent.stream().map(RouterFixture::keyOf)).startsWith("k0", "k1", "k2", "k3");
    assertThat(replies).allSatisfy(reply -> assertThat(reply.join()).isInstanceOf(Written.class));
  }

  @Test
  void aReplicaWithoutALeaderIsAskedAgainAfterAPauseAndTheNextOneToo() {
    CompletableFuture<KvReply> reply = router.put("a");
    RouterFixture.Received first = router.receivedAnywhere();
    router.notLeader(first.requests(), Optional.empty());
    router.nothingIsSent();
    router.pass(PAUSE);
    RouterFixture.Received second = router.receivedAnywhere();
    assertThat(second.peer()).isNotEqualTo(first.peer());
    router.leads(second.requests());
    router.written(router.received(second.peer()));
    assertThat(reply.join()).isInstanceOf(Written.class);
  }

  @Test
  void replicasThatNameEachOtherAreNotAskedWithoutEnd() {
    router.startPut("a");
    int messages = 0;
    RouterFixture.Received next = router.receivedAnywhere();
    for (; messages < 4; messages++) {
      PeerId other = next.peer().equals(N1) ? N2 : N1;
      router.notLeader(next.requests(), Optional.of(other));
      if (messages < 3) {
        next = new RouterFixture.Received(other, router.received(other));
      }
    }
    router.nothingIsSent();
  }

  @Test
  void whoeverIsNamedIsAskedAtOnceHoweverManySayIt() {
    router.leads(N1);
    for (int i = 0; i < 10; i++) {
      router.startPut("k" + i);
    }
    Requests batch = router.received(N1);
    List<Request> refused = new ArrayList<>(batch.requests());
    refused.addAll(router.allReceived(N1)); // they may have left in more than one batch
    router.notLeader(new Requests(refused, batch.replyTo()), Optional.of(N2));
    router.leads(router.received(N2));
    assertThat(router.allReceived(N2)).hasSize(10);
  }

  @Test
  void whatIsWithTheFormerLeaderGoesToTheNextOneAsSoonAsThatIsFound() {
    router.leads(N1);
    CompletableFuture<KvReply> lost = router.put("lost");
    router.received(N1);
    router.startPut("refused");
    router.notLeader(router.received(N1), Optional.of(N2));
    router.leads(router.received(N2));
    Requests both = router.received(N2);
    assertThat(both.requests().stream().map(RouterFixture::keyOf)).containsExactlyInAnyOrder("lost", "refused");
    router.written(both);
    assertThat(lost.join()).isInstanceOf(Written.class);
  }

  @Test
  void aRetryHasTheSameSessionAndSequence() {
    router.leads(N1);
    router.startPut("a");
    Requests first = router.received(N1);
    router.notLeader(first, Optional.of(N2));
    router.leads(router.received(N2));
    Requests second = router.received(N2);
    assertThat(commandOf(second.requests().getFirst())).usingRecursiveComparison()
        .isEqualTo(commandOf(first.requests().getFirst()));
  }

  @Test
  void aSilentLeaderIsLeftAndAllThatWasWithItGoesToTheNext() {
    router.leads(N1);
    CompletableFuture<KvReply> one = router.put("a");
    router.received(N1);
    CompletableFuture<KvReply> other = router.put("b");
    router.received(N1);
    router.pass(SILENCE);
    RouterFixture.Received question = router.receivedAnywhere();
    assertThat(question.peer()).isNotEqualTo(N1);
    PeerId next = question.peer().equals(N2) ? N3 : N2;
    router.notLeader(question.requests(), Optional.of(next));
    router.leads(router.received(next));
    Requests both = router.received(next);
    assertThat(both.requests().stream().map(RouterFixture::keyOf)).containsExactlyInAnyOrder("a", "b");
    router.written(both);
    assertThat(one.join()).isInstanceOf(Written.class);
    assertThat(other.join()).isInstanceOf(Written.class);
  }

  @Test
  void aSilentReplicaThatIsNamedIsAskedWithOneOperationAndGetsAllThatWasLostIfItAnswers() {
    router.leads(N1);
    CompletableFuture<KvReply> lost = router.put("lost");
    router.received(N1);
    router.pass(SILENCE);
    CompletableFuture<KvReply> waiting = router.put("waiting");
    router.notLeader(router.receivedAnywhere().requests(), Optional.of(N1));
    router.nothingIsSent();
    router.pass(PAUSE);
    Requests question = router.received(N1);
    router.refuseAll();   // the next one was asked as well
    router.leads(question);
    Requests one = router.received(N1);
    assertThat(one.requests().stream().map(RouterFixture::keyOf)).containsExactly("lost");
    router.written(one);
    router.written(router.received(N1));
    assertThat(waiting.join()).isInstanceOf(Written.class);
    assertThat(lost.join()).isInstanceOf(Written.class);
  }

  @Test
  void aSilentReplicaThatIsNamedAndStaysSilentIsNotAskedAgainAtOnce() {
    router.leads(N1);
    router.startPut("a");
    router.received(N1);
    router.pass(SILENCE);
    router.notLeader(router.receivedAnywhere().requests(), Optional.of(N1));
    router.pass(PAUSE);
    router.received(N1);
    List<PeerId> asked = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      router.pass(PAUSE);
      RouterFixture.Received next = router.receivedAnywhere();
      asked.add(next.peer());
      if (!next.peer().equals(N1)) {
        router.notLeader(next.requests(), Optional.of(N1));
      }
    }
    assertThat(asked.subList(0, 2)).doesNotContain(N1);
    assertThat(asked).containsOnlyOnce(N1);
  }

  @Test
  void aLeaderThatAnswersOthersIsOnlySentAgainWhatItOwesForLong() {
    router.leads(N1);
    CompletableFuture<KvReply> lost = router.put("lost");
    router.received(N1);
    for (int i = 0; i < 4; i++) {
      CompletableFuture<KvReply> served = router.put("served");
      router.written(router.received(N1));
      assertThat(served.join()).isInstanceOf(Written.class);
      router.nothingIsSent();
      router.pass(ATTEMPT.dividedBy(4));
    }
    Requests again = router.received(N1);
    assertThat(keyOf(again.requests().getFirst())).isEqualTo("lost");
    router.written(again);
    assertThat(lost.join()).isInstanceOf(Written.class);
  }

  @Test
  void aLateAnswerToAnEarlierAttemptIsGood() {
    router.leads(N1);
    CompletableFuture<KvReply> reply = router.put("a");
    Requests first = router.received(N1);
    router.pass(SILENCE);
    router.receivedAnywhere();
    router.written(first);
    assertThat(reply.join()).isInstanceOf(Written.class);
  }

  @ParameterizedTest(name = "full: {0}")
  @CsvSource({"false, OVERLOADED", "true, STORE_FULL"})
  void anOverloadedLeaderIsToldAtOnce(boolean full, Reason reason) {
    router.leads(N1);
    CompletableFuture<KvReply> reply = router.put("a");
    Requests requests = router.received(N1);
    router.reply(requests, new Reply.Overloaded(requests.requests().getFirst().requestId(), full));
    assertThat(reply.join()).isInstanceOfSatisfying(Unavailable.class, it -> assertThat(it.reason()).isEqualTo(reason));
  }

  @Test
  void aRefusalAfterAnUnknownAttemptIsNotTakenForNotApplied() {
    router.leads(N1);
    CompletableFuture<KvReply> reply = router.put("a");
    Requests first = router.received(N1);
    router.reply(first, new Reply.OutcomeUnknown(first.requests().getFirst().requestId()));
    router.pass(PAUSE);
    RouterFixture.Received question = router.receivedAnywhere();
    router.leads(question.requests());
    RouterFixture.Received second = router.receivedAnywhere();
    router.reply(second.requests(), new Reply.Overloaded(second.id(), false));
    router.nothingIsSent();
    assertThat(reply).isNotDone();
    router.pass(LIMIT);
    assertThat(reply.join()).isEqualTo(new OutcomeUnknown());
  }

  @Test
  void aWriteThatWasUnknownIsSettledByTheNextLeadersAnswer() {
    router.leads(N1);
    CompletableFuture<KvReply> reply = router.put("a");
    Requests first = router.received(N1);
    router.reply(first, new Reply.OutcomeUnknown(first.requests().getFirst().requestId()));
    router.pass(PAUSE);
    router.leads(router.receivedAnywhere().requests());
    router.written(router.receivedAnywhere().requests());
    assertThat(reply.join()).isEqualTo(new Written(1, 1, 1));
  }

  @Test
  void aWriteWithoutAnAnswerIsUnknownAtTheTimeLimitAndAReadUnavailable() {
    router.leads(N1);
    CompletableFuture<KvReply> write = router.put("a");
    CompletableFuture<KvReply> read = router.get(Consistency.LINEARIZABLE);
    router.pass(LIMIT);
    assertThat(write.join()).isEqualTo(new OutcomeUnknown());
    assertThat(read.join()).isInstanceOf(Unavailable.class);
  }

  @Test
  void aWriteThatNoLeaderTookIsNotApplied() {
    CompletableFuture<KvReply> reply = router.put("a");
    router.refuseAll();
    router.pass(LIMIT); // The others, asked as well, keep silent: whether they heard the question does not matter.
    assertThat(reply.join()).isInstanceOfSatisfying(Unavailable.class, it -> assertThat(it.reason()).isEqualTo(Reason.NO_LEADER));
  }

  @Test
  void aWriteThatWasNeverSentIsNotApplied() {
    router.useDirectory(2, List.of());
    CompletableFuture<KvReply> reply = router.put("a");
    router.pass(LIMIT);
    assertThat(reply.join()).isInstanceOfSatisfying(Unavailable.class, it -> assertThat(it.reason()).isEqualTo(Reason.NO_LEADER));
  }

  @Test
  void aMovedReplicaIsFollowedAndAnOldDirectoryIgnored() {
    router.leads(N1);
    router.startPut("a");
    router.received(N1);
    router.useDirectory(3, List.of(N2));
    router.leads(router.received(N2));
    Requests moved = router.received(N2);
    assertThat(keyOf(moved.requests().getFirst())).isEqualTo("a");
    router.useDirectory(2, List.of(N3));
    router.written(moved);
    router.startPut("b");
    assertThat(keyOf(router.received(N2).requests().getFirst())).isEqualTo("b");
  }

  @Test
  void staleReadsAreAnsweredHere() {
    router.close();
    router = new RouterFixture("", Optional.of(N2));
    CompletableFuture<KvReply> reply = router.get(Consistency.STALE);
    Requests requests = router.received(N2);
    assertThat(requests.requests().getFirst()).isInstanceOf(Request.StaleRead.class);
    router.reply(requests, new Reply.Answered(requests.requests().getFirst().requestId(), ReplyCodec.encode(new KvReply.NotFound()), 7));
    assertThat(reply.join()).isEqualTo(new KvReply.NotFound());
  }

  @Test
  void staleReadsThatAReplicaRefusesAreNotSentAgainAtOnce() {
    router.close();
    router = new RouterFixture("", Optional.of(N2));
    router.start(RouterFixture.getOf(Consistency.STALE));
    router.notLeader(router.received(N2), Optional.empty());
    router.nothingIsSent();
    router.pass(PAUSE);
    assertThat(router.received(N2).requests().getFirst()).isInstanceOf(Request.StaleRead.class);
  }

  @Test
  void staleReadsFromBeforeTheDirectoryWaitForNoLeader() {
    router.useDirectory(2, List.of());
    router.start(RouterFixture.getOf(Consistency.STALE));
    router.nothingIsSent();
    router.useDirectory(3, List.of(N1));
    assertThat(router.received(N1).requests().getFirst()).isInstanceOf(Request.StaleRead.class);
  }

  @Test
  void staleReadsDoNotWaitForReadsThatNobodyCanAnswer() {
    router.close();
    router = new RouterFixture("", Optional.of(N2));
    for (int i = 0; i < 100; i++) {
      router.start(RouterFixture.getOf(Consistency.LINEARIZABLE));
    }
    router.refuseAll();
    router.start(RouterFixture.getOf(Consistency.STALE));
    assertThat(router.received(N2).requests().getFirst()).isInstanceOf(Request.StaleRead.class);
  }

  @Test
  void noMoreReadsAreUnderWayThanTheirAnswersMayTake() {
    router.leads(N1);
    for (int i = 0; i < 100; i++) {
      router.start(RouterFixture.getOf(Consistency.LINEARIZABLE));
    }
    assertThat(router.allReceived(N1)).as("8 MiB of the largest values").hasSize(8);
  }

  @Test
  void readsThatAreNeverAnsweredMakeRoomAtTheirTimeLimit() {
    router.leads(N1);
    List<CompletableFuture<KvReply>> reads = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      reads.add(router.get(Consistency.LINEARIZABLE));
    }
    router.pass(LIMIT);
    assertThat(reads).allSatisfy(read -> assertThat(read.join()).isInstanceOf(Unavailable.class));
    router.forget();
    router.start(RouterFixture.getOf(Consistency.LINEARIZABLE));
    assertThat(router.receivedAnywhere().requests().requests()).isNotEmpty();
  }

  @Test
  void readsTravelAsWhatTheyAre() {
    router.leads(N1);
    router.start(RouterFixture.getOf(Consistency.LINEARIZABLE));
    assertThat(router.received(N1).requests().getFirst()).isInstanceOf(Request.Read.class);
    router.start(RouterFixture.getOf(Consistency.LEASE));
    assertThat(router.received(N1).requests().getFirst()).isInstanceOf(Request.LeaseRead.class);
  }

  @Test
  void aDeleteIsWelcomeWhenTheStoreIsFull() {
    router.leads(N1);
    router.start(new KvRequest.Delete(Key.of("a"), KvRequest.Condition.ALWAYS));
    assertThat(((Request.Propose) router.received(N1).requests().getFirst()).reclaims()).isTrue();
  }

  @Test
  void tooManyAtOnceAreRefusedAtOnce() {
    router.close();
    router = new RouterFixture("flotilla.kv.max-pending-operations = 2", Optional.empty());
    router.startPut("a");
    router.startPut("b");
    assertThat(router.put("c").join()).isInstanceOfSatisfying(Unavailable.class,
        it -> assertThat(it.reason()).isEqualTo(Reason.OVERLOADED));
  }

  @Test
  void tooManyBytesAtOnceAreRefusedAtOnceAndRoomComesBack() {
    router.close();
    router = new RouterFixture("flotilla.kv { max-pending-size = 1 MiB, max-value-size = 700 KiB }", Optional.empty());
    CompletableFuture<KvReply> big = router.execute(putOf(600 * 1024));
    assertThat(router.execute(putOf(600 * 1024)).join()).isInstanceOfSatisfying(Unavailable.class,
        it -> assertThat(it.reason()).isEqualTo(Reason.OVERLOADED));
    router.pass(LIMIT);
    assertThat(big).isDone();
    assertThat(router.execute(putOf(600 * 1024))).isNotDone();
  }

  @Test
  void aValueOverTheLimitIsNotSent() {
    assertThat(router.execute(putOf(1024 * 1024 + 1)).join()).isEqualTo(new TooLarge(1024 * 1024 + 1, 1024 * 1024));
    assertThat(router.execute(new KvRequest.Batch(List.of(putOf(600 * 1024), putOf(600 * 1024)))).join())
        .isEqualTo(new TooLarge(2 * 600 * 1024, 1024 * 1024));
    router.nothingIsSent();
  }

  @Test
  void aLargeValueTakesTheLargeLane() {
    router.leads(N1);
    router.start(putOf(600 * 1024));
    assertThat(router.receivedByBulk(N1).requests()).hasSize(1);
  }

  @Test
  void theLowestWriteWithoutAnAnswerHoldsTheSessionsAnswers() {
    router.leads(N1);
    router.startPut("slow");
    long slow = commandOf(router.received(N1).requests().getFirst()).stamp().sequence();
    for (int i = 1; i <= 3; i++) {
      CompletableFuture<KvReply> reply = router.put("quick");
      Requests quick = router.received(N1);
      assertThat(commandOf(quick.requests().getFirst()).firstOutstanding()).isEqualTo(slow);
      assertThat(commandOf(quick.requests().getFirst()).stamp().sequence()).isEqualTo(slow + i);
      router.written(quick);
      reply.join();
    }
  }

  @Test
  void aCallersOwnStampTravelsAndForgetsWhatWasBefore() {
    router.leads(N1);
    SessionStamp stamp = new SessionStamp(new UUID(3, 4), 17);
    router.start(putOf(1), stamp);
    assertThat(commandOf(router.received(N1).requests().getFirst())).satisfies(command -> {
      assertThat(command.stamp()).isEqualTo(stamp);
      assertThat(command.firstOutstanding()).isEqualTo(17);
    });
  }

  @Test
  void closingTellsWhatIsKnown() {
    router.leads(N1);
    CompletableFuture<KvReply> sent = router.put("a");
    router.received(N1);
    router.close(sent);
    assertThat(sent.join()).isEqualTo(new OutcomeUnknown());
    assertThat(router.put("b").join()).isInstanceOf(Unavailable.class);
  }

  private static KvRequest.Put putOf(int valueBytes) {
    return new KvRequest.Put(Key.of("big"), new byte[valueBytes], KvRequest.Condition.ALWAYS);
  }
}
