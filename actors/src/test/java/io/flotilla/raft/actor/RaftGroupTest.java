package io.flotilla.raft.actor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.raft.Effect.ChangeOutcome;
import io.flotilla.raft.Membership;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.RaftMessage;
import io.flotilla.raft.actor.RaftClientProtocol.Replies;
import io.flotilla.raft.actor.RaftClientProtocol.Reply;
import io.flotilla.raft.actor.RaftClientProtocol.Request;
import io.flotilla.raft.actor.RaftClientProtocol.Requests;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Whole replicas, actors and all, in one actor system. */
class RaftGroupTest {
  private static final ActorTestKit TEST_KIT = ActorTestKit.create("raft-group-test", TestCluster.config(
      "flotilla.raft.heartbeat-interval = 20 ms",
      "flotilla.raft.election-timeout-min = 200 ms",
      "flotilla.raft.election-timeout-max = 400 ms"));
  private static final PeerId N1 = PeerId.of("n1");

  @AfterAll
  static void shutDown() {
    TEST_KIT.shutdownTestKit();
  }

  private static TestCluster cluster(String... lines) {
    return new TestCluster(TEST_KIT, RaftGroupSettings.from(
        TestCluster.config(lines).withFallback(TEST_KIT.system().settings().config())));
  }

  @Test
  void aReplicaAloneCommitsByItself() {
    TestCluster cluster = cluster().start("n1");

    assertThat(cluster.leader()).isEqualTo(N1);
    List<Reply> replies = cluster.ask(N1, List.of(cluster.propose("a"), cluster.propose("b")));

    assertThat(replies).extracting(TestCluster::text).containsExactly("applied a", "applied b");
    assertThat(cluster.state(N1)).isEqualTo("a;b;");
  }

  @Test
  void whatTheLeaderCommitsReachesEveryReplica() {
    TestCluster cluster = cluster().start("n1", "n2", "n3");

    cluster.write("a", "b", "c");

    for (PeerId peer : TestCluster.peers("n1", "n2", "n3")) {
      cluster.awaitState(peer, "a;b;c;");
    }
  }

  @Test
  void aFollowerNamesTheLeader() {
    TestCluster cluster = cluster().start("n1", "n2", "n3");
    PeerId leader = cluster.leader();
    PeerId follower = others(leader).getFirst();

    List<Reply> replies = cluster.ask(follower, List.of(cluster.propose("a"), cluster.read(), cluster.leaseRead()));

    assertThat(replies).allSatisfy(reply ->
        assertThat(reply).isInstanceOfSatisfying(Reply.NotLeader.class, it -> assertThat(it.leaderId()).contains(leader)));
  }

  @Test
  void whoeverLeadsSaysSoAndTheOthersNameIt() {
    TestCluster cluster = cluster().start("n1", "n2", "n3");
    PeerId leader = cluster.leader();
    cluster.write("a");

    assertThat(cluster.ask(leader, List.of(cluster.findLeader()))).hasOnlyElementsOfType(Reply.Leads.class);
    assertThat(cluster.ask(others(leader).getFirst(), List.of(cluster.findLeader()))).allSatisfy(reply ->
        assertThat(reply).isInstanceOfSatisfying(Reply.NotLeader.class, it -> assertThat(it.leaderId()).contains(leader)));
  }

  @Test
  void aLeaderThatHandsOverSendsForNobody() {
    TestCluster cluster = cluster().start("n1", "n2", "n3");
    PeerId leader = cluster.leader();
    PeerId target = others(leader).getFirst();
    cluster.stop(target);
    TestProbe<ChangeOutcome> operator = TEST_KIT.createTestProbe();

    cluster.send(leader, new RaftPeer.TransferLeadership(target, operator.getRef())); // which cannot take it

    assertThat(cluster.ask(leader, List.of(cluster.findLeader(), cluster.propose("a")))).allSatisfy(reply ->
        assertThat(reply).isInstanceOfSatisfying(Reply.NotLeader.class, it -> assertThat(it.leaderId()).isEmpty()));
  }

  @Test
  void readsSeeEveryAcknowledgedWrite() {
    TestCluster cluster = cluster().start("n1", "n2", "n3");
    cluster.write("a");

    List<Reply> replies =
        cluster.ask(cluster.leader(), List.of(cluster.read(), cluster.leaseRead(), cluster.staleRead(), cluster.read()));

    assertThat(replies).extracting(TestCluster::text).containsOnly("a;");
  }

  @Test
  void theOthersElectANewLeaderWhenTheLeaderIsCutOff() {
    TestCluster cluster = cluster().start("n1", "n2", "n3");
    cluster.write("a");
    PeerId old = cluster.leader();

    cluster.cut(old);
    PeerId next = cluster.leader();
    cluster.write("b");
    cluster.heal();

    assertThat(next).isNotEqualTo(old);
    cluster.awaitState(old, "a;b;");
  }

  @Test
  void aLeaderThatLosesItsMajorityDoesNotKnowWhatBecomesOfItsProposals() {
    TestCluster cluster = cluster().start("n1", "n2", "n3");
    PeerId leader = cluster.leader();
    TestProbe<Replies> client = cluster.clientProbe();

    cluster.cut(leader);
    cluster.send(leader, new Requests(List.of(cluster.propose("lost")), client.getRef()));

    assertThat(TestCluster.replies(client, 1)).hasOnlyElementsOfType(Reply.OutcomeUnknown.class);
    cluster.write("b");
    cluster.heal();
    cluster.awaitState(leader, "b;");
  }

  @Test
  void aReplicaComesBackWithItsLog() {
    TestCluster cluster = cluster().start("n1", "n2", "n3");
    cluster.write("a", "b");

    for (PeerId peer : TestCluster.peers("n1", "n2", "n3")) {
      cluster.stop(peer);
    }
    cluster.start("n1", "n2", "n3");
    cluster.write("c");

    assertThat(TestCluster.text(cluster.ask(cluster.leader(), List.of(cluster.read())).getFirst())).isEqualTo("a;b;c;");
  }

  @Test
  void aSnapshotReplacesTheLogBeforeIt() {
    TestCluster cluster = cluster("flotilla.raft.snapshot-after-entries = 10", "flotilla.raft.retain-entries = 0").start("n1");
    String expected = writeMany(cluster, 25);
    ReplicaStatus status = cluster.awaitStatus(N1, it -> it.snapshotIndex() >= 10);

    cluster.stop(N1);
    cluster.start("n1");
    cluster.leader();

    assertThat(status.logSizeBytes()).isLessThan(25 * 32);
    assertThat(cluster.status(N1).snapshotIndex()).isGreaterThanOrEqualTo(status.snapshotIndex());
    assertThat(TestCluster.text(cluster.ask(N1, List.of(cluster.read())).getFirst())).isEqualTo(expected);
  }

  @Test
  void aFollowerThatWasAwayCatchesUpByTheLog() {
    TestCluster cluster = cluster().start("n1", "n2", "n3");
    PeerId away = others(cluster.leader()).getFirst();

    cluster.stop(away);
    String expected = writeMany(cluster, 50);
    cluster.start(away, Membership.NONE);

    cluster.awaitState(away, expected);
    assertThat(cluster.sent()).noneMatch(RaftMessage.InstallSnapshot.class::isInstance);
  }

  @Test
  void aFollowerThatWasAwayForLongCatchesUpBySnapshot() {
    TestCluster cluster = cluster("flotilla.raft.snapshot-after-entries = 10", "flotilla.raft.retain-entries = 0",
        "flotilla.raft.snapshot-chunk-size = 1 KiB").start("n1", "n2", "n3");
    PeerId leader = cluster.leader();
    PeerId away = others(leader).getFirst();

    cluster.cut(away);
    String expected = writeMany(cluster, 500);
    cluster.awaitStatus(leader, it -> it.snapshotIndex() > 400);
    cluster.heal();

    cluster.awaitState(away, expected);
    assertThat(cluster.sent()).filteredOn(RaftMessage.InstallSnapshot.class::isInstance).hasSizeGreaterThan(2);
    cluster.stop(away);
    cluster.start(away, Membership.NONE);
    cluster.awaitState(away, expected);
  }

  @Test
  void aSnapshotThatCannotBeSavedHoldsUpNothing() {
    TestCluster cluster = cluster("flotilla.raft.snapshot-after-entries = 10");
    InMemorySnapshotStore.FAILING.put(cluster.persistenceId(N1), new IOException("disk full, says the test"));

    cluster.start("n1");
    String expected = writeMany(cluster, 30);

    assertThat(cluster.state(N1)).isEqualTo(expected);
    assertThat(cluster.status(N1).snapshotIndex()).isZero();
  }

  @Test
  void aGroupGrowsFromThreeToFiveAndShrinksAgainWhileItWrites() {
    TestCluster cluster = cluster().start("n1", "n2", "n3");
    cluster.write("a");
    cluster.start(PeerId.of("n4"), Membership.NONE);
    cluster.start(PeerId.of("n5"), Membership.NONE);

    Set<PeerId> five = TestCluster.peers("n1", "n2", "n3", "n4", "n5");
    assertThat(cluster.changeMembership(cluster.anyLeader(), five)).isInstanceOf(ChangeOutcome.Done.class);
    cluster.write("b");
    for (PeerId peer : five) {
      cluster.awaitState(peer, "a;b;");
    }

    Set<PeerId> three = TestCluster.peers("n3", "n4", "n5");
    assertThat(cluster.changeMembership(cluster.anyLeader(), three)).isInstanceOf(ChangeOutcome.Done.class);
    cluster.stop(PeerId.of("n1"));
    cluster.stop(PeerId.of("n2"));
    cluster.write("c");
    assertThat(cluster.status(cluster.leader()).membership()).isEqualTo(Membership.ofVoters(three));
    for (PeerId peer : three) {
      cluster.awaitState(peer, "a;b;c;");
    }
  }

  @Test
  void leadershipMovesWhereTheOperatorWantsIt() {
    TestCluster cluster = cluster().start("n1", "n2", "n3");
    PeerId leader = cluster.leader();
    PeerId target = others(leader).getLast();

    assertThat(cluster.transferLeadership(leader, target)).isInstanceOf(ChangeOutcome.Done.class);

    assertThat(cluster.leader()).isEqualTo(target);
    assertThat(cluster.transferLeadership(leader, target)).isInstanceOf(ChangeOutcome.NotLeader.class);
  }

  @Test
  void tooMuchAtOnceIsRefusedAndNotApplied() {
    TestCluster cluster = cluster("flotilla.raft.max-in-flight-size = 1 MiB", "flotilla.raft.max-command-size = 600000")
        .start("n1");
    cluster.leader();
    String big = "x".repeat(500_000);

    List<Reply> replies = cluster.ask(N1, List.of(cluster.propose(big), cluster.propose(big), cluster.propose(big),
        cluster.propose(big + big)));

    assertThat(replies.get(0)).isInstanceOf(Reply.Applied.class);
    assertThat(replies.get(1)).isInstanceOf(Reply.Applied.class);
    assertThat(replies.get(2)).isEqualTo(new Reply.Overloaded(replies.get(2).requestId(), false));
    assertThat(replies.get(3)).isEqualTo(new Reply.TooLarge(replies.get(3).requestId(), 600_000));
    cluster.awaitStatus(N1, status -> status.inFlightBytes() == 0);
    assertThat(cluster.ask(N1, List.of(cluster.propose(big)))).hasOnlyElementsOfType(Reply.Applied.class);
  }

  @Test
  void aFullStateMachineTakesOnlyWhatReclaims() {
    TestCluster cluster = cluster("flotilla.raft.max-state-size = 100").start("n1");
    cluster.write("x".repeat(60));
    cluster.awaitStatus(N1, status -> status.stateSizeBytes() > 60);

    List<Reply> replies = cluster.ask(N1,
        List.of(cluster.propose("y".repeat(60)), new Request.Propose(1_000, "less".getBytes(UTF_8), true)));

    assertThat(replies.get(0)).isEqualTo(new Reply.Overloaded(replies.get(0).requestId(), true));
    assertThat(replies.get(1)).isInstanceOf(Reply.Applied.class);
  }

  @Test
  void aStateMachineThatThrowsStopsItsReplicaForGood() {
    TestCluster cluster = cluster().start("n1");
    cluster.leader();
    TestProbe<Replies> client = cluster.clientProbe();
    TestProbe<Object> watcher = TEST_KIT.createTestProbe();

    cluster.send(N1, new Requests(List.of(cluster.propose("boom")), client.getRef()));

    watcher.expectTerminated(cluster.group(N1), Duration.ofSeconds(10));
    client.expectNoMessage(Duration.ZERO);
  }

  @Test
  void aStoppedReplicaRefusesAndStartsAgainUnderTheSameAddress() {
    TestCluster cluster = cluster().start("n1");
    cluster.write("a");
    TestProbe<RaftGroup.Stopped> operator = TEST_KIT.createTestProbe();

    cluster.group(N1).tell(new RaftGroup.Stop(operator.getRef()));
    String groupId = operator.receiveMessage().groupId();
    assertThat(cluster.ask(N1, List.of(cluster.propose("b")))).hasOnlyElementsOfType(Reply.NotLeader.class);
    assertThat(cluster.status(N1).role()).isEqualTo("stopped");
    cluster.group(N1).tell(new RaftGroup.Stop(operator.getRef())); // once more: said again
    assertThat(operator.receiveMessage().groupId()).isEqualTo(groupId);

    cluster.group(N1).tell(new RaftGroup.Start(cluster.replica(N1, Membership.ofVoters(TestCluster.peers("n1")))));
    cluster.write("c");
    assertThat(cluster.state(N1)).isEqualTo("a;c;");
  }

  @Test
  void aReplicaWhoseDiskFailsStartsAgainFromItUntilItWorks() {
    TestCluster cluster = cluster("flotilla.raft.journal-plugin = failing-journal", "flotilla.raft.restart-backoff-min = 10 ms",
        "flotilla.raft.restart-backoff-max = 20 ms", "flotilla.raft.max-restarts = 1000").start("n1");
    cluster.write("a");
    TestProbe<Replies> client = cluster.clientProbe();

    FailingJournal.FAILING.add(cluster.persistenceId(N1));
    cluster.send(N1, new Requests(List.of(cluster.propose("lost")), client.getRef()));
    cluster.awaitStatus(N1, status -> !status.role().equals("leader")); // it cannot even vote for itself
    FailingJournal.FAILING.remove(cluster.persistenceId(N1));

    cluster.write("b");
    assertThat(cluster.state(N1)).isEqualTo("a;b;");
  }

  @Test
  void aReplicaWhoseDiskGoesOnFailingStaysStopped() {
    TestCluster cluster = cluster("flotilla.raft.journal-plugin = failing-journal", "flotilla.raft.restart-backoff-min = 1 ms",
        "flotilla.raft.restart-backoff-max = 2 ms", "flotilla.raft.max-restarts = 2").start("n1");
    cluster.write("a");
    TestProbe<Object> watcher = TEST_KIT.createTestProbe();

    FailingJournal.FAILING.add(cluster.persistenceId(N1));
    cluster.send(N1, new Requests(List.of(cluster.propose("lost")), cluster.clientProbe().getRef()));

    watcher.expectTerminated(cluster.group(N1), Duration.ofSeconds(20));
  }

  private static List<PeerId> others(PeerId leader) {
    return TestCluster.peers("n1", "n2", "n3").stream().filter(peer -> !peer.equals(leader)).toList();
  }

  private static String writeMany(TestCluster cluster, int count) {
    StringBuilder expected = new StringBuilder();
    IntStream.range(0, count).forEach(i -> {
      cluster.write("command-" + i);
      expected.append("command-").append(i).append(';');
    });
    return expected.toString();
  }
}
