package io.flotilla.simulation.scenario;

import static io.flotilla.simulation.LawBroken.require;

import io.flotilla.raft.PeerId;
import io.flotilla.raft.actor.RaftClientProtocol.Reply;
import io.flotilla.simulation.LawBroken;
import io.flotilla.simulation.Simulation;
import io.flotilla.simulation.kv.KvSimulation;
import io.flotilla.simulation.linearizability.Call;
import io.flotilla.simulation.linearizability.Outcome;
import io.flotilla.simulation.world.LinkConditions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/**
 * SM: the layer between Raft and a service (lab 4A of 2025). Its contract here: a replica that leads answers with the result, one that
 * does not says so, and one that lost the leadership meanwhile says that the outcome is unknown. The counter stands at the position of
 * the latest command, as only increments are ever to be executed.
 */
final class StateMachineScenarios {
  private static final Duration INC_LIMIT = Duration.ofSeconds(10);
  private static final Duration ATTEMPT_LIMIT = Duration.ofSeconds(1);
  private static final Duration BETWEEN_ROUNDS = Duration.ofMillis(50);
  private static final Duration COUNTER_LIMIT = Duration.ofMillis(30_700);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration RELEASE_LIMIT = Duration.ofSeconds(11);
  /** The suites wait for 20 ms before they kill; here, where only messages and disks take time, all would be answered by then. */
  private static final Duration UNANSWERED = Duration.ofNanos(200_000);
  private static final int MANY = 100;
  private static final long LIMIT_BYTES = 1000;

  private StateMachineScenarios() {}

  static List<Scenario> all() {
    return List.of(
        of("SM1", "StateMachineBasic", "", StateMachineScenarios::basic),
        of("SM2", "StateMachineConcurrent", "", StateMachineScenarios::concurrent),
        of("SM3", "StateMachineLeaderFailure", "", StateMachineScenarios::leaderFailure),
        of("SM4", "LeaderPartition", "", StateMachineScenarios::leaderPartition),
        of("SM5", "RestartReplay", "", StateMachineScenarios::restartReplay),
        KvStory.of("SM6", "Shutdown", 3, LinkConditions.RELIABLE, StateMachineScenarios::shutdown),
        KvStory.of("SM7", "RestartSubmit", 3, LinkConditions.RELIABLE, StateMachineScenarios::restartSubmit),
        of("SM8", "StateMachineSnapshot",
            "flotilla.raft.snapshot-after-size = %d\nflotilla.raft.retain-entries = 0".formatted(LIMIT_BYTES),
            StateMachineScenarios::snapshot));
  }

  private static Scenario of(String id, String title, String config, Consumer<Counter> story) {
    return new Scenario(id, title, world -> {
      Simulation group = Simulation.in(world).peers(3).network(LinkConditions.RELIABLE).stateMachine(CounterMachine::new).config(config);
      story.accept(new Counter(group.start()));
    });
  }

  private static void basic(Counter counter) {
    for (int i = 1; i <= 10; i++) {
      counter.incTo(i);
      counter.check(i, 3);
    }
  }

  private static void concurrent(Counter counter) {
    counter.incTo(1);
    Together incs = new Together(counter.group);
    for (int i = 0; i < 49; i++) {
      incs.go("inc", counter::inc);
    }
    incs.join(INC_LIMIT);
    counter.check(50, 3);
  }

  private static void leaderFailure(Counter counter) {
    counter.incTo(1);
    counter.check(1, 3);
    PeerId leader = new RaftProbes(counter.group).findLeader();
    counter.group.disconnect(leader);
    counter.incTo(2);
    counter.check(2, 2);
    counter.group.reconnect(leader);
    counter.check(2, 3);
  }

  /**
   * The suites want the calls in the minority to hang, and so not to have returned within a second. Here a leader that hears nobody
   * steps down before that and tells them the truth, that their outcome is unknown; none may be told more than that.
   */
  private static void leaderPartition(Counter counter) {
    counter.incTo(1);
    Simulation group = counter.group;
    PeerId leader = new RaftProbes(group).findLeader();
    group.disconnect(leader);
    List<CompletionStage<Reply>> decs = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      decs.add(group.client().submit(leader, CounterMachine.DEC));
    }
    group.advance(Duration.ofMillis(10));
    counter.incTo(2);
    group.advance(PAUSE);
    group.reconnect(leader);
    require(group.until(() -> decs.stream().allMatch(dec -> dec.toCompletableFuture().isDone()), PAUSE), "Progress",
        "not all calls in the minority have returned a second after it healed");
    decs.forEach(dec -> {
      Reply reply = group.await(dec);
      require(!(reply instanceof Reply.Applied), "No agreement without a quorum", "a call in the minority was answered %s", reply);
    });
    counter.check(2, 3);
  }

  private static void restartReplay(Counter counter) {
    for (int i = 1; i <= MANY; i++) {
      counter.incTo(i);
      counter.check(i, 3);
    }
    counter.restartAll(PAUSE);
    counter.incTo(MANY + 1);
    counter.group.advance(PAUSE);
    counter.check(MANY + 1, 3);
  }

  private static void snapshot(Counter counter) {
    for (int i = 1; i <= MANY; i++) {
      counter.incTo(i);
    }
    counter.check(MANY, 3);
    counter.group.peers().forEach(peer -> require(counter.group.logBytes(peer) <= 2 * LIMIT_BYTES, "Bounded log", "%s has %d bytes",
        peer, counter.group.logBytes(peer)));
    counter.restartAll(Duration.ZERO);
    counter.incTo(MANY + 1);
    counter.check(MANY + 1, 3);
  }

  /**
   * Whoever waits at a node that is killed waits no more: the node and its waiters are one process. Those who must be released are the
   * callers elsewhere, so this is told of the store and its clients; an increment is an append of one letter.
   */
  private static void shutdown(KvSimulation store) {
    KvStory.warmUp(store);
    submitAndShutDown(store);
  }

  private static void submitAndShutDown(KvSimulation store) {
    Together submits = new Together(store.group());
    KvSimulation.Client client = store.newClient();
    for (int i = 0; i < MANY; i++) {
      submits.go("submit", () -> client.append("null", "x"));
    }
    store.group().advance(UNANSWERED);
    store.group().peers().forEach(store.group()::crash);
    submits.join(RELEASE_LIMIT);
  }

  private static void restartSubmit(KvSimulation store) {
    KvSimulation.Client client = store.newClient();
    for (int i = 1; i <= MANY; i++) {
      KvStory.expect(new Outcome.Written(i), client.insist("counter", new Call.Append("x")));
    }
    store.group().peers().forEach(store.group()::crash);
    store.group().advance(PAUSE);
    store.group().peers().forEach(store.group()::restart);
    KvStory.expect(new Outcome.Written(MANY + 1), client.insist("counter", new Call.Append("x")));
    submitAndShutDown(store);
    store.group().peers().forEach(store.group()::restart);
    KvStory.expect(new Outcome.Written(MANY + 2), client.insist("counter", new Call.Append("x")));
    require(store.group().until(store.group()::converged, COUNTER_LIMIT), "Progress", "the replicas do not agree:%n%s",
        store.group().describe());
  }

  /** The counter, as its callers see it. */
  private static final class Counter {
    private final Simulation group;
    private final List<PeerId> peers;
    private int lastLeader;

    Counter(Simulation group) {
      this.group = group;
      peers = List.copyOf(group.peers());
    }

    void incTo(long expected) {
      long result = inc();
      require(result == expected, "Contract", "the counter was to become %d, the result is %d", expected, result);
    }

    /** Tries servers, the last known leader first, until one executes it. Nothing is in doubt: nobody loses the leadership meanwhile. */
    long inc() {
      long untilNanos = group.world().nowNanos() + INC_LIMIT.toNanos();
      while (group.world().nowNanos() < untilNanos) {
        for (int i = 0; i < peers.size(); i++) {
          PeerId peer = peers.get((lastLeader + i) % peers.size());
          if (group.isConnected(peer) && submit(peer) instanceof Reply.Applied applied) {
            lastLeader = peers.indexOf(peer);
            return CounterMachine.count(applied.result());
          }
        }
        group.advance(BETWEEN_ROUNDS);
      }
      throw new LawBroken("Progress", "no increment within %s%n%s".formatted(INC_LIMIT, group.describe()));
    }

    /** The reply, or null if none comes: the replica was still reading its log. */
    private Reply submit(PeerId peer) {
      CompletionStage<Reply> reply = group.client().submit(peer, CounterMachine.INC);
      return group.until(reply.toCompletableFuture()::isDone, ATTEMPT_LIMIT) ? reply.toCompletableFuture().join() : null;
    }

    void check(long value, int servers) {
      require(group.until(() -> peers.stream().filter(peer -> group.watch().appliedPosition(peer) == value).count() >= servers,
          COUNTER_LIMIT), "Agreement", "the counter is not %d on %d servers%n%s", value, servers, group.describe());
      require(LongStream.rangeClosed(1, value).allMatch(position -> group.watch().command(position)
          .filter(command -> Arrays.equals(command, CounterMachine.INC)).isPresent()), "Agreement", "another command was executed");
    }

    void restartAll(Duration downFor) {
      peers.forEach(group::crash);
      group.advance(downFor);
      peers.forEach(group::restart);
    }
  }
}
