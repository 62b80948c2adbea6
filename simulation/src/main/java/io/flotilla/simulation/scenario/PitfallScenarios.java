package io.flotilla.simulation.scenario;

import static io.flotilla.simulation.LawBroken.require;

import io.flotilla.raft.PeerId;
import io.flotilla.raft.actor.RaftClientProtocol.Reply;
import io.flotilla.simulation.Simulation;
import io.flotilla.simulation.world.World;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Runs that chance finds seldom, told step by step. */
public final class PitfallScenarios {
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final Duration A_MOMENT = Duration.ofMillis(30);

  private PitfallScenarios() {}

  public static List<Scenario> all() {
    return List.of(
        new Scenario("PF1", "Figure8StepByStep", PitfallScenarios::figure8),
        new Scenario("PF2", "LeaseAfterTransfer", PitfallScenarios::leaseAfterTransfer));
  }

  /**
   * Figure 8 of the paper: (a) S1 leads and has an entry on one other server alone. (b) It crashes, and one that lacks the entry leads and
   * takes one of its own. (c) That one is cut off; S1 returns, leads again and gets its old entry to a majority. (d) It crashes
   * before an entry of its new term is there as well, and (b)'s leader may win and replace it: so it must not have been committed.
   */
  private static void figure8(World world) {
    Simulation simulation = Simulation.in(world).peers(5).start();
    RaftProbes raft = new RaftProbes(simulation);
    PeerId first = raft.findLeader();
    PeerId second = raft.after(first, 1);
    PeerId third = raft.after(first, 2);
    PeerId fourth = raft.after(first, 3);
    PeerId fifth = raft.after(first, 4);
    List.of(third, fourth, fifth).forEach(simulation::disconnect);
    raft.start(first, "old");                      // (a)
    simulation.advance(A_MOMENT);
    simulation.crash(first);
    simulation.crash(second);
    List.of(third, fourth, fifth).forEach(simulation::reconnect);
    awaitLeader(simulation, List.of(third, fourth, fifth));
    PeerId rival = simulation.leader().orElseThrow();
    simulation.peers().stream().filter(peer -> !peer.equals(rival) && simulation.isUp(peer)).forEach(simulation::disconnect);
    raft.start(rival, "rival");                    // (b)
    simulation.advance(A_MOMENT);
    simulation.crash(rival);
    simulation.restart(first);
    simulation.restart(second);
    simulation.peers().stream().filter(peer -> simulation.isUp(peer) && !simulation.isConnected(peer)).forEach(simulation::reconnect);
    awaitLeader(simulation, List.of(first, second, third, fourth, fifth));
    PeerId again = simulation.leader().orElseThrow();
    simulation.node(again).crashAfterSending(4);   // (c), (d): somewhere while it replicates
    boolean _ = simulation.until(() -> !simulation.isUp(again), LIMIT);
    simulation.restart(rival);
    simulation.advance(LIMIT);
    if (!simulation.isUp(again)) {
      simulation.restart(again);
    }
    simulation.runUntil(Simulation::converged, LIMIT);
  }

  private static void awaitLeader(Simulation simulation, List<PeerId> among) {
    require(simulation.until(() -> simulation.leader().filter(among::contains).filter(simulation::isConnected).isPresent(), LIMIT),
        "Progress", "none of %s leads", among);
  }

  /** A leader that told another to campaign may be deposed before its lease ends, and not hear of it (thesis §6.4.1). */
  private static void leaseAfterTransfer(World world) {
    Simulation simulation = Simulation.in(world).peers(3).start();
    RaftProbes raft = new RaftProbes(simulation);
    PeerId former = raft.findLeader();
    PeerId target = raft.after(former, 1);
    PeerId third = raft.after(former, 2);
    world.network().cut(simulation.node(third), simulation.node(former));    // it hears nothing of the election
    CompletionStage<?> _ = simulation.transferLeadership(former, target);
    boolean _ = simulation.until(() -> simulation.term(target) > simulation.term(former), LIMIT);
    world.network().cut(simulation.node(target), simulation.node(former));
    require(simulation.until(() -> simulation.watch().leads(target), LIMIT), "Progress", "%s does not take over", target);
    CompletionStage<Reply> written = simulation.propose(target, "new".getBytes(StandardCharsets.UTF_8));
    boolean _ = simulation.until(() -> written.toCompletableFuture().isDone(), Duration.ofMillis(100));
    CompletionStage<Reply> read = simulation.leaseRead(former);   // the law of linearizable reads looks at its answer, if one comes
    simulation.advance(A_MOMENT);
    Optional<Reply> answer = Optional.ofNullable(read.toCompletableFuture().getNow(null));
    world.line("the former leader answers %s", answer);
    simulation.heal();
    simulation.runUntil(Simulation::converged, LIMIT);
  }
}
