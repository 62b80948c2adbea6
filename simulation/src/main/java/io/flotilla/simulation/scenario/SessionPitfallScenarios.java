package io.flotilla.simulation.scenario;

import static io.flotilla.simulation.LawBroken.require;

import io.flotilla.kv.Key;
import io.flotilla.kv.KvReply;
import io.flotilla.kv.KvRequest;
import io.flotilla.kv.SessionStamp;
import io.flotilla.kv.codec.WriteCommand;
import io.flotilla.raft.PeerId;
import io.flotilla.simulation.Simulation;
import io.flotilla.simulation.kv.KvSimulation;
import io.flotilla.simulation.linearizability.Outcome;
import io.flotilla.simulation.world.LinkConditions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/** Runs that chance finds seldom, told step by step: what the store remembers of its clients, and for how long. */
final class SessionPitfallScenarios {
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final Duration A_MOMENT = Duration.ofMillis(30);
  private static final int ROUNDS = 5;
  private static final int MOST_WRITES = 50;
  private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(2);
  private static final int MAX_SESSIONS = 5;
  private static final WriteCommand.Bounds SMALL = new WriteCommand.Bounds(1024, SESSION_TIMEOUT.toMillis(), MAX_SESSIONS);
  private static final double DRIFT = 0.1;
  /** In which two clocks that drift apart come to differ by twice the timeout of a session. */
  private static final Duration LONG_ENOUGH = Duration.ofNanos((long) (SESSION_TIMEOUT.toNanos() / DRIFT));

  private SessionPitfallScenarios() {}

  static List<Scenario> all() {
    return List.of(
        KvStory.of("PF39", "SessionsInSnapshots",
            group -> group.peers(3).config("flotilla.raft { snapshot-after-entries = 1, retain-entries = 0 }"),
            SessionPitfallScenarios::sessionsInSnapshots),
        KvStory.of("PF42", "SessionsEnd", 3, LinkConditions.RELIABLE, SessionPitfallScenarios::sessionsEnd),
        KvStory.of("PF43", "TimeOfTwoLeaders", 3, LinkConditions.RELIABLE, SessionPitfallScenarios::timeOfTwoLeaders));
  }

  /** One who numbers writes itself, and so can send one again; has a key of its own. */
  private static final class Caller {
    private final Simulation group;
    private final KvSimulation.Client client;
    private final UUID sessionId;
    private final Key key;

    Caller(KvSimulation store, KvSimulation.Client client, int number) {
      group = store.group();
      this.client = client;
      sessionId = new UUID(group.world().seed(), number);
      key = Key.of("k" + number);
    }

    /** Each the same, however often it is sent; the answer tells how often it was applied. */
    KvReply append(long sequence) {
      return execute(new KvRequest.Append(key, "x".getBytes(StandardCharsets.UTF_8), KvRequest.Condition.ALWAYS), sequence);
    }

    /** Changes nothing but the session. */
    KvReply deleteNothing() {
      return execute(new KvRequest.Delete(Key.of("nothing"), KvRequest.Condition.ALWAYS), 0);
    }

    private KvReply execute(KvRequest.Write write, long sequence) {
      return group.await(client.kv().execute(write, new SessionStamp(sessionId, sequence)));
    }

    void expectKept(KvReply kept, long sequence) {
      KvReply repeated = append(sequence);
      require(repeated.equals(kept), "Contract", "%s was answered %s, and when it came again %s", key, kept, repeated);
    }
  }

  private static List<Caller> callers(KvSimulation store, KvSimulation.Client client, int first, int count) {
    return IntStream.range(first, first + count).mapToObj(number -> new Caller(store, client, number)).toList();
  }

  /**
   * Servers come back from a snapshot that covers all that some callers wrote, so that what is known of their sessions is in it or nowhere:
   * which answers are kept, which have arrived, when the session was used. A new write would tell much of that anew, so the last one comes
   * again, and one from before it.
   */
  private static void sessionsInSnapshots(KvSimulation store) {
    KvStory.warmUp(store);
    Simulation group = store.group();
    List<Caller> callers = callers(store, store.newClient(), 0, 2);
    KvSimulation.Client other = store.newClient();
    for (int round = 0; round < ROUNDS; round++) {
      long sequence = 2L * round;
      callers.forEach(caller -> caller.append(sequence));
      List<KvReply> last = callers.stream().map(caller -> caller.append(sequence + 1)).toList();
      untilAllIsInSnapshots(group, other);
      restartAllButOne(group);
      for (int i = 0; i < callers.size(); i++) {
        KvReply late = callers.get(i).append(sequence);
        require(late instanceof KvReply.SequenceSuperseded, "Contract", "a write whose answer had arrived came again: %s", late);
        callers.get(i).expectKept(last.get(i), sequence + 1);
      }
    }
  }

  /** It takes some more writes to have all take snapshots that cover what there is by now; they are of another session. */
  private static void untilAllIsInSnapshots(Simulation group, KvSimulation.Client other) {
    group.runUntil(Simulation::converged, LIMIT);
    long lastIndex = group.state(group.leader().orElseThrow()).orElseThrow().log().lastIndex();
    for (int i = 0; i < MOST_WRITES && !isInSnapshots(group, lastIndex); i++) {
      Outcome _ = other.put("other", "v");
      group.advance(A_MOMENT);
    }
    require(isInSnapshots(group, lastIndex), "Snapshots", "index %d is in no snapshot yet%n%s", lastIndex, group.describe());
  }

  private static boolean isInSnapshots(Simulation group, long index) {
    return group.peers().stream().allMatch(peer -> group.state(peer).filter(state -> state.snapshotIndex() >= index).isPresent());
  }

  /** Whoever does not restart is what the others are held to. */
  private static void restartAllButOne(Simulation group) {
    List<PeerId> peers = new ArrayList<>(group.peers());
    PeerId _ = peers.remove(group.world().random().nextInt(peers.size()));
    peers.forEach(group::crash);
    peers.forEach(group::restart);
    group.runUntil(Simulation::converged, LIMIT);
  }

  /**
   * A session that is used is kept for as long as it is, and those that are not end, by the time that comes with commands. There are as
   * many as there may be, no fewer and no more: what sessions take must not grow for ever.
   */
  private static void sessionsEnd(KvSimulation store) {
    KvStory.warmUp(store);
    KvSimulation.Client client = store.newClient(SMALL);
    Caller steady = new Caller(store, client, 0);
    KvReply first = steady.append(0);
    steady.expectKept(first, 0);
    long alone = stateBytes(store.group());
    callers(store, client, 1, MAX_SESSIONS - 1).forEach(Caller::deleteNothing);
    long beforeTheyEnd = stateBytes(store.group());
    require(beforeTheyEnd > alone, "Contract", "sessions take nothing: %d bytes", beforeTheyEnd);
    for (int i = 0; i < ROUNDS; i++) {
      store.group().advance(SESSION_TIMEOUT.dividedBy(2));
      steady.expectKept(first, 0);
    }
    long after = stateBytes(store.group());
    require(after == alone, "Sessions end", "one session took %d bytes, and when all others had ended %d", alone, after);
    asManyAsThereMayBe(store, client);
  }

  private static void asManyAsThereMayBe(KvSimulation store, KvSimulation.Client client) {
    List<Caller> callers = callers(store, client, 10, MAX_SESSIONS);
    List<KvReply> first = callers.stream().map(caller -> caller.append(0)).toList();
    for (int i = 0; i < callers.size(); i++) {
      callers.get(i).expectKept(first.get(i), 0);
    }
    callers(store, client, 20, MAX_SESSIONS).forEach(Caller::deleteNothing);
    long full = stateBytes(store.group());
    callers(store, client, 30, MAX_SESSIONS).forEach(Caller::deleteNothing);
    long still = stateBytes(store.group());
    require(still == full, "Sessions end", "as many sessions as there may be took %d bytes, and with more of them %d", full, still);
  }

  /** What the store takes in memory, which is the same on all replicas. */
  private static long stateBytes(Simulation group) {
    group.runUntil(Simulation::converged, LIMIT);
    List<Long> sizes = group.peers().stream().map(peer -> group.client().status(peer).stateSizeBytes()).distinct().toList();
    require(sizes.size() == 1, "Contract", "replicas differ in size: %s", sizes);
    return sizes.getFirst();
  }

  /**
   * The clock of one leader is behind its predecessor's by more than a session lasts. A session that was used under both of them a moment
   * ago must not end when the first one leads again (thesis §6.3).
   */
  private static void timeOfTwoLeaders(KvSimulation store) {
    KvStory.warmUp(store);
    Simulation group = store.group();
    PeerId fast = group.leader().orElseThrow();
    PeerId slow = group.peers().stream().filter(peer -> !peer.equals(fast)).findFirst().orElseThrow();
    group.node(fast).runClockAt(1 + DRIFT);
    group.node(slow).runClockAt(1 - DRIFT);
    group.advance(LONG_ENOUGH);
    handOver(group, fast);
    Caller caller = new Caller(store, store.newClient(SMALL), 0);
    KvReply first = caller.append(0);
    handOver(group, slow);
    caller.expectKept(first, 0);
    handOver(group, fast);
    caller.expectKept(first, 0);
  }

  private static void handOver(Simulation group, PeerId successor) {
    group.leader().filter(leader -> !leader.equals(successor))
        .ifPresent(leader -> group.await(group.client().transferLeadership(leader, successor)));
    group.runUntil(simulation -> simulation.converged() && simulation.watch().leads(successor), LIMIT);
  }
}
