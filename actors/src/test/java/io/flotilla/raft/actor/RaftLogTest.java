package io.flotilla.raft.actor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.persistence.StoredContent;
import io.flotilla.raft.LogEntry;
import io.flotilla.raft.Membership;
import io.flotilla.raft.PeerId;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGeneratorFactory;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.persistence.AbstractPersistentActor;
import org.apache.pekko.persistence.DeleteMessagesSuccess;
import org.apache.pekko.persistence.RecoveryCompleted;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RaftLogTest {
  private static final ActorTestKit TEST_KIT = ActorTestKit.create("raft-log-test", TestCluster.config());
  private static final AtomicInteger GROUPS = new AtomicInteger();
  private static final Optional<PeerId> N1 = Optional.of(PeerId.of("n1"));
  private static final Membership VOTERS = Membership.ofVoters(TestCluster.peers("n1", "n2", "n3"));
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final String group = "log-test-" + GROUPS.incrementAndGet();
  private final TestProbe<RaftLog.Reply> peer = TEST_KIT.createTestProbe(RaftLog.Reply.class);
  private ActorRef<RaftLog.Command> log;

  @AfterAll
  static void shutDown() {
    TEST_KIT.shutdownTestKit();
  }

  @BeforeEach
  void startNew() {
    RaftLog.Recovered recovered = start(VOTERS);

    assertThat(recovered.currentTerm()).isZero();
    assertThat(recovered.log().membership()).isEqualTo(VOTERS);
    assertThat(recovered.log().lastIndex()).isZero();
  }

  @Test
  void termVoteAndEntriesComeBack() {
    append(1, 3, new LogEntry.NoOp(1, 2), new LogEntry.NoOp(2, 3));

    RaftLog.Recovered recovered = restart();

    assertThat(recovered.currentTerm()).isEqualTo(3);
    assertThat(recovered.votedFor()).isEqualTo(N1);
    assertThat(recovered.log().entries(1, 2)).containsExactly(new LogEntry.NoOp(1, 2), new LogEntry.NoOp(2, 3));
    assertThat(recovered.snapshot()).isEmpty();
  }

  @Test
  void theFirstMembershipIsReadOnlyOnce() {
    stop();

    assertThat(start(Membership.NONE).log().membership()).isEqualTo(VOTERS);
  }

  @Test
  void aReplicaMadeAgainAfterItsDataWasDeletedBeginsAnew() {
    append(1, 7, new LogEntry.NoOp(1, 7));
    stop();
    TestProbe<Object> erased = TEST_KIT.createTestProbe();
    TEST_KIT.spawn(Behaviors.setup(context -> {
      Adapter.actorOf(context, Props.create(Eraser.class, () ->
          new Eraser(replica(VOTERS).persistenceId(), Adapter.toClassic(erased.getRef()))));
      return Behaviors.empty();
    }));
    erased.expectMessageClass(DeleteMessagesSuccess.class, PATIENCE);

    RaftLog.Recovered recovered = start(VOTERS);

    assertThat(recovered.currentTerm()).isZero();
    assertThat(recovered.log().lastIndex()).isZero();
    assertThat(recovered.log().membership()).isEqualTo(VOTERS);
  }

  @Test
  void anAppendAtAnIndexThatIsTakenReplacesItAndAllThatFollow() {
    append(1, 1, new LogEntry.NoOp(1, 1), new LogEntry.NoOp(2, 1), new LogEntry.NoOp(3, 1));
    append(2, 2, new LogEntry.NoOp(2, 2));

    RaftLog.Recovered recovered = restart();

    assertThat(recovered.log().lastIndex()).isEqualTo(2);
    assertThat(recovered.log().termAt(2)).isEqualTo(2);
  }

  @Test
  void aSnapshotComesBackWithTheEntriesAfterIt() {
    append(1, 1, new LogEntry.NoOp(1, 1), new LogEntry.NoOp(2, 1), new LogEntry.NoOp(3, 1));
    log.tell(new RaftLog.Command.SaveSnapshot(2, out -> out.write("state".getBytes(UTF_8))));
    SavedSnapshot saved = peer.expectMessageClass(RaftLog.SnapshotSaved.class, PATIENCE).snapshot();
    append(2, 1, new LogEntry.NoOp(4, 1));

    RaftLog.Recovered recovered = restart();

    assertThat(saved.lastIncludedIndex()).isEqualTo(2);
    assertThat(recovered.log().baseIndex()).isEqualTo(2);
    assertThat(recovered.log().lastIndex()).isEqualTo(4);
    assertThat(recovered.log().membership()).isEqualTo(VOTERS);
    assertThat(recovered.snapshot().map(RaftLog.RecoveredSnapshot::saved)).contains(saved);
    assertThat(recovered.snapshot().map(snapshot -> text(snapshot.content()))).contains("state");
  }

  @Test
  void aSnapshotOlderThanTheOneThatIsThereIsNotSaved() {
    append(1, 1, new LogEntry.NoOp(1, 1), new LogEntry.NoOp(2, 1));
    log.tell(new RaftLog.Command.SaveSnapshot(2, _ -> {}));
    peer.expectMessageClass(RaftLog.SnapshotSaved.class, PATIENCE);

    log.tell(new RaftLog.Command.SaveSnapshot(1, _ -> {}));

    assertThat(peer.expectMessageClass(RaftLog.SnapshotNotSaved.class, PATIENCE).lastIncludedIndex()).isEqualTo(1);
  }

  @Test
  void anInstalledSnapshotDropsTheLogThatItContradicts() throws IOException {
    append(1, 1, new LogEntry.NoOp(1, 1), new LogEntry.NoOp(2, 1));
    MemorySnapshotSpool spool = new MemorySnapshotSpool();
    spool.write(0, "theirs".getBytes(UTF_8));

    log.tell(new RaftLog.Command.InstallSnapshot(50, 4, Membership.ofVoters(TestCluster.peers("n2")), spool.content()));
    peer.expectMessageClass(RaftLog.SnapshotInstalled.class, PATIENCE);
    append(2, 4, new LogEntry.NoOp(51, 4));
    RaftLog.Recovered recovered = restart();

    assertThat(recovered.log().baseIndex()).isEqualTo(50);
    assertThat(recovered.log().baseTerm()).isEqualTo(4);
    assertThat(recovered.log().lastIndex()).isEqualTo(51);
    assertThat(recovered.log().membership()).isEqualTo(Membership.ofVoters(TestCluster.peers("n2")));
    assertThat(recovered.snapshot().map(snapshot -> text(snapshot.content()))).contains("theirs");
  }

  @Test
  void anInstalledSnapshotKeepsTheLogThatAgreesWithIt() {
    append(1, 1, new LogEntry.NoOp(1, 1), new LogEntry.NoOp(2, 1), new LogEntry.NoOp(3, 1));

    log.tell(new RaftLog.Command.InstallSnapshot(2, 1, VOTERS, new MemorySnapshotSpool().content()));
    peer.expectMessageClass(RaftLog.SnapshotInstalled.class, PATIENCE);

    assertThat(restart().log().lastIndex()).isEqualTo(3);
  }

  @Test
  void itStopsWhenALeadersSnapshotCannotBeSaved() {
    InMemorySnapshotStore.FAILING.put(replica(VOTERS).persistenceId(), new IOException("disk full, says the test"));

    log.tell(new RaftLog.Command.InstallSnapshot(50, 4, VOTERS, new MemorySnapshotSpool().content()));

    peer.expectTerminated(log, PATIENCE);
  }

  private void append(long writeNumber, long currentTerm, LogEntry... entries) {
    log.tell(new RaftLog.Command.Append(writeNumber, new RaftLogEvent.Appended(currentTerm, N1, List.of(entries))));
    peer.expectMessage(PATIENCE, new RaftLog.Persisted(writeNumber));
  }

  private RaftLog.Recovered restart() {
    stop();
    return start(VOTERS);
  }

  private void stop() {
    TEST_KIT.stop(log, PATIENCE);
  }

  private RaftLog.Recovered start(Membership bootstrap) {
    log = TEST_KIT.spawn(parent(replica(bootstrap)));
    return peer.expectMessageClass(RaftLog.Recovered.class, PATIENCE);
  }

  /** Stands where the peer would: passes commands on, and stops when the log does. */
  private Behavior<RaftLog.Command> parent(Replica replica) {
    return Behaviors.setup(context -> {
      ActorRef<RaftLog.Command> child = Adapter.toTyped(Adapter.actorOf(context, RaftLog.props(replica, peer.getRef())));
      context.watch(child);
      return Behaviors.receive((_, command) -> {
        child.tell(command);
        return Behaviors.same();
      }, (_, signal) -> signal instanceof Terminated ? Behaviors.stopped() : Behaviors.same());
    });
  }

  private Replica replica(Membership bootstrap) {
    return new Replica(group, PeerId.of("n1"), bootstrap, RaftGroupSettings.from(TEST_KIT.system().settings().config()),
        AppendMachine::new, (_, _) -> {}, InMemorySnapshotStore.archive(), new MemorySnapshotSpool(), RaftClock.system(),
        RandomGeneratorFactory.getDefault().create(1));
  }

  private static String text(StoredContent content) {
    try {
      return new String(content.open(0).readAllBytes(), UTF_8);
    } catch (IOException unreadable) {
      throw new AssertionError(unreadable);
    }
  }

  /** Deletes all events of a persistence id, as whoever removes a replica does. */
  private static final class Eraser extends AbstractPersistentActor {
    private final String persistenceId;
    private final org.apache.pekko.actor.ActorRef observer;

    Eraser(String persistenceId, org.apache.pekko.actor.ActorRef observer) {
      this.persistenceId = persistenceId;
      this.observer = observer;
    }

    @Override
    public String persistenceId() {
      return persistenceId;
    }

    @Override
    public Receive createReceiveRecover() {
      return receiveBuilder().match(RecoveryCompleted.class, _ -> deleteMessages(lastSequenceNr())).matchAny(_ -> {}).build();
    }

    @Override
    public Receive createReceive() {
      return receiveBuilder().matchAny(message -> observer.tell(message, getSelf())).build();
    }
  }
}
