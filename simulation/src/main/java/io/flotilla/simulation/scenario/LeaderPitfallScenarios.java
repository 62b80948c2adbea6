package io.flotilla.simulation.scenario;

import static io.flotilla.simulation.LawBroken.require;

import io.flotilla.raft.Effect.ChangeOutcome;
import io.flotilla.raft.Membership;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.RaftState;
import io.flotilla.raft.Role;
import io.flotilla.raft.actor.ReplicaStatus;
import io.flotilla.simulation.Simulation;
import io.flotilla.simulation.world.Delay;
import io.flotilla.simulation.world.LinkConditions;
import io.flotilla.simulation.world.Network;
import io.flotilla.simulation.world.Node;
import io.flotilla.simulation.world.World;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/** Runs that chance finds seldom, told step by step: what becomes of leaders. */
final class LeaderPitfallScenarios {
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final Duration A_MOMENT = Duration.ofMillis(30);
  private static final int DEATHS = 10;
  /** Chance alone puts five timeouts closer together than that in one of some hundred million runs. */
  private static final Duration LEAST_SPREAD = Duration.ofMillis(2);

  /** No request arrives, and each answer takes longer than the longest election timeout. */
  private static final LinkConditions LATE_ANSWERS =
      new LinkConditions(Delay.micros(50, 150), Delay.millis(750, 800), 1, 0, 0, 0);

  /** A request takes longer than a leader waits for its successor, and than a change of membership takes. */
  private static final LinkConditions LATE_QUESTIONS =
      new LinkConditions(Delay.millis(2000, 2500), Delay.micros(50, 150), 0, 0, 0, 0);

  private LeaderPitfallScenarios() {}

  static List<Scenario> all() {
    return List.of(
        new Scenario("PF1", "Figure8StepByStep", LeaderPitfallScenarios::figure8),
        RaftStory.of("PF13", "TransferToTheDead", 3, LinkConditions.RELIABLE, "", LeaderPitfallScenarios::transferToTheDead),
        RaftStory.of("PF17", "LeftOutVoterCampaigns", 3, LinkConditions.RELIABLE, LeaderPitfallScenarios::leftOutVoterCampaigns),
        RaftStory.of("PF21", "LeaverHandsOver", 3, LinkConditions.RELIABLE, LeaderPitfallScenarios::leaverHandsOver),
        RaftStory.of("PF23", "QuestionsCross", 3, LinkConditions.RELIABLE,
            "flotilla.raft { election-timeout-min = 350 ms, election-timeout-max = 351 ms }", LeaderPitfallScenarios::questionsCross),
        RaftStory.of("PF24", "OnlyOneCanWin", 5, LinkConditions.RELIABLE, LeaderPitfallScenarios::onlyOneCanWin),
        new Scenario("PF25", "LeaverComesBack", LeaderPitfallScenarios::leaverComesBack),
        RaftStory.of("PF26", "TimeoutsAreSpread", 5, LinkConditions.RELIABLE, LeaderPitfallScenarios::timeoutsAreSpread),
        RaftStory.of("PF27", "NothingStaysCounted", 3, LinkConditions.RELIABLE, LeaderPitfallScenarios::nothingStaysCounted),
        RaftStory.of("PF37", "LeaverIsAskedForMore", 3, LinkConditions.RELIABLE, LeaderPitfallScenarios::leaverIsAskedForMore),
        RaftStory.of("PF48", "VotesComeLate", 3, LinkConditions.RELIABLE, LeaderPitfallScenarios::votesComeLate),
        new Scenario("PF49", "TransfersRefused", LeaderPitfallScenarios::transfersRefused),
        RaftStory.of("PF52", "ToldTooLate", 3, LinkConditions.RELIABLE, LeaderPitfallScenarios::toldTooLate));
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

  /** A leader that was to hand over to a server that is dead leads on, and takes commands as before (thesis §3.10). */
  private static void transferToTheDead(Simulation simulation, RaftProbes raft) {
    PeerId leader = raft.findLeader();
    PeerId dead = raft.after(leader, 1);
    simulation.crash(dead);
    CompletionStage<?> _ = simulation.client().transferLeadership(leader, dead);
    simulation.advance(RaftProbes.ELECTION);
    simulation.expectService(LIMIT);
  }

  /** C_new makes {@code voter} the only voter; its author, {@code author}, has died when it had reached {@code learner} alone. */
  private record Shrinking(PeerId author, PeerId learner, PeerId voter, Membership next) {
    static Shrinking begin(Simulation simulation, RaftProbes raft) {
      PeerId author = raft.findLeader();
      PeerId learner = raft.after(author, 1);
      PeerId voter = raft.after(author, 2);
      Membership next = Membership.of(List.of(voter), List.of(author, learner));
      CompletionStage<?> _ = simulation.client().changeMembership(author, next.voters(), next.learners());
      raft.awaitEntered(author, next);
      simulation.world().network().cut(simulation.node(author), simulation.node(voter));
      raft.awaitEntered(learner, next);
      simulation.advance(A_MOMENT);
      simulation.crash(author);
      return new Shrinking(author, learner, voter, next);
    }
  }

  /**
   * C_new makes learners of all but one voter, and reaches only the learners before its leader dies. Their logs are longer than that of
   * the only voter that there will be, so it cannot win by C_old,new; one of them has to campaign, or nobody ever leads (thesis §4.2.2).
   */
  private static void leftOutVoterCampaigns(Simulation simulation, RaftProbes raft) {
    Shrinking group = Shrinking.begin(simulation, raft);
    require(simulation.until(() -> simulation.watch().leads(group.voter) && raft.isIn(group.voter, group.next), LIMIT), "Progress",
        "%s does not lead%n%s", group.voter, simulation.describe());
    simulation.heal();
    simulation.runUntil(Simulation::converged, LIMIT);
  }

  /**
   * In such a group the learner leads for as long as it takes to commit C_new, and is asked to hand over meanwhile. Its successor takes it
   * out of the group before it has spoken to it, so it hears of no leader any more, and does not campaign. Who asked must be told something.
   */
  private static void leaverHandsOver(Simulation simulation, RaftProbes raft) {
    Shrinking group = Shrinking.begin(simulation, raft);
    PeerId leaver = group.learner;
    PeerId voter = group.voter;
    Network network = simulation.world().network();
    await(simulation, leaver, "lead", role -> role instanceof Role.Leader);
    network.cut(simulation.node(voter), simulation.node(leaver));
    CompletionStage<?> _ = simulation.client().transferLeadership(leaver, voter);
    await(simulation, leaver, "hand over", role -> role instanceof Role.Leader leading && leading.transfer().isPresent());
    network.mend(simulation.node(voter), simulation.node(leaver));
    await(simulation, leaver, "step down", role -> role instanceof Role.Follower);
    network.cut(simulation.node(voter), simulation.node(leaver));
    await(simulation, voter, "lead", role -> role instanceof Role.Leader);
    CompletionStage<?> _ = simulation.client().changeMembership(voter, List.of(voter), List.of(group.author));
    raft.awaitEntered(voter, Membership.of(List.of(voter), List.of(group.author)));
    simulation.heal();
    simulation.runUntil(Simulation::converged, LIMIT);
    simulation.expectService(LIMIT);
  }

  /**
   * In such a group the learner that leads is asked for another change, which has to wait until C_new is committed. By then the learner
   * is no leader any more: it must not say of the other change that it is done.
   */
  private static void leaverIsAskedForMore(Simulation simulation, RaftProbes raft) {
    Shrinking group = Shrinking.begin(simulation, raft);
    PeerId leaver = group.learner;
    Network network = simulation.world().network();
    await(simulation, leaver, "lead", role -> role instanceof Role.Leader);
    network.cut(simulation.node(group.voter), simulation.node(leaver));
    CompletionStage<?> _ = simulation.client().changeMembership(leaver, simulation.peers(), List.of());
    await(simulation, leaver, "take the change on", role -> role instanceof Role.Leader leading && leading.change().isPresent());
    simulation.heal();
    await(simulation, leaver, "step down", role -> role instanceof Role.Follower);
    simulation.runUntil(Simulation::converged, LIMIT);
    simulation.expectService(LIMIT);
  }

  /**
   * Both survivors miss their leader in the same millisecond. One of them lets the other go first: no vote is split, so that each
   * death costs one term and one election timeout.
   */
  private static void questionsCross(Simulation simulation, RaftProbes raft) {
    PeerId leader = raft.findLeader();
    for (int death = 0; death < DEATHS; death++) {
      long term = simulation.term(leader);
      simulation.crash(leader);
      PeerId dead = leader;
      leader = raft.findLeader();
      require(simulation.term(leader) == term + 1, "One election", "%s died in term %d, and %s leads in %d", dead, term, leader,
          simulation.term(leader));
      simulation.restart(dead);
      simulation.runUntil(Simulation::converged, LIMIT);
    }
  }

  /**
   * Of the last three of five, which have to vote alike, two do not hear each other. Only the third can win, though one of those
   * would go first.
   */
  private static void onlyOneCanWin(Simulation simulation, RaftProbes raft) {
    PeerId leader = raft.findLeader();
    simulation.runUntil(Simulation::converged, LIMIT);
    simulation.crash(leader);
    List<PeerId> others = simulation.peers().stream().filter(peer -> !peer.equals(leader)).sorted().toList();
    simulation.crash(others.getFirst());
    Node one = simulation.node(others.get(2));
    Node other = simulation.node(others.get(3));
    simulation.world().network().cut(one, other);
    simulation.world().network().cut(other, one);
    await(simulation, others.get(1), "lead", role -> role instanceof Role.Leader);
    simulation.heal();
    simulation.runUntil(Simulation::converged, LIMIT);
  }

  /**
   * A newcomer leads, and leaves again. C_old,new is committed, C_new is in its log alone when it crashes, so nobody else can win. It
   * comes back without knowing what is committed: neither its first membership nor its latest has it as a voter, but it must campaign.
   */
  private static void leaverComesBack(World world) {
    Simulation simulation = Simulation.in(world).peers(2).spares(1).start();
    RaftProbes raft = new RaftProbes(simulation);
    PeerId stays = raft.findLeader();
    PeerId leaves = simulation.peers().last();
    simulation.await(simulation.client().changeMembership(stays, List.of(stays, leaves), List.of()));
    simulation.await(simulation.client().transferLeadership(stays, leaves));
    await(simulation, leaves, "lead", role -> role instanceof Role.Leader);
    CompletionStage<?> _ = simulation.client().changeMembership(leaves, List.of(stays), List.of());
    require(simulation.until(() -> simulation.state(stays).orElseThrow().membership().isJoint(), LIMIT), "Progress",
        "%s does not enter C_old,new", stays);
    world.network().cut(simulation.node(leaves), simulation.node(stays));
    raft.awaitEntered(leaves, Membership.ofVoters(List.of(stays)));
    simulation.advance(A_MOMENT);
    simulation.crash(leaves);
    simulation.heal();
    await(simulation, stays, "lead", role -> role instanceof Role.Leader);
    simulation.runUntil(Simulation::converged, LIMIT);
    simulation.expectService(LIMIT);
  }

  /**
   * A leader hands over to one server at a time, to no learner, and not while the membership is being changed (thesis §3.10). It says
   * so, and leads on.
   */
  private static void transfersRefused(World world) {
    Simulation simulation = Simulation.in(world).peers(3).spares(1).start();
    PeerId leader = new RaftProbes(simulation).findLeader();
    PeerId learner = simulation.peers().last();
    List<PeerId> others = simulation.peers().stream().filter(peer -> !peer.equals(leader) && !peer.equals(learner)).toList();
    PeerId follower = others.getFirst();
    PeerId dead = others.getLast();
    simulation.await(simulation.client().changeMembership(leader, List.of(leader, follower, dead), List.of(learner)));
    requireRefused(simulation, leader, learner);
    simulation.crash(dead);
    CompletionStage<ChangeOutcome> first = simulation.client().transferLeadership(leader, dead);
    await(simulation, leader, "hand over", role -> role instanceof Role.Leader leading && leading.transfer().isPresent());
    requireRefused(simulation, leader, follower);
    require(!(simulation.await(first) instanceof ChangeOutcome.Done), "Truthful outcomes", "%s hands over to %s, which is dead", leader,
        dead);
    simulation.crash(learner);
    CompletionStage<?> _ = simulation.client().changeMembership(leader, List.of(leader, follower, dead, learner), List.of());
    await(simulation, leader, "take the change on", role -> role instanceof Role.Leader leading && leading.change().isPresent());
    requireRefused(simulation, leader, follower);
    simulation.restart(dead);
    simulation.restart(learner);
    simulation.runUntil(Simulation::converged, LIMIT);
    simulation.expectService(LIMIT);
  }

  /**
   * A leader tells a server to campaign, and that message takes seconds. The transfer is given up, and the server becomes a learner
   * meanwhile: it must not campaign when it hears.
   */
  private static void toldTooLate(Simulation simulation, RaftProbes raft) {
    PeerId leader = raft.findLeader();
    PeerId target = raft.after(leader, 1);
    PeerId other = raft.after(leader, 2);
    simulation.runUntil(Simulation::converged, LIMIT);
    Network network = simulation.world().network();
    network.become(simulation.node(leader), simulation.node(target), LATE_QUESTIONS);
    CompletionStage<ChangeOutcome> transfer = simulation.client().transferLeadership(leader, target);
    await(simulation, leader, "hand over",
        role -> role instanceof Role.Leader leading && leading.transfer().filter(Role.Transfer::told).isPresent());
    network.become(simulation.node(leader), simulation.node(target), LinkConditions.RELIABLE);
    ChangeOutcome _ = simulation.await(transfer);
    ChangeOutcome _ = simulation.await(simulation.client().changeMembership(leader, List.of(leader, other), List.of(target)));
    simulation.advance(LATE_QUESTIONS.requestDelay().max());
    simulation.runUntil(Simulation::converged, LIMIT);
    simulation.expectService(LIMIT);
  }

  private static void requireRefused(Simulation simulation, PeerId leader, PeerId target) {
    ChangeOutcome outcome = simulation.await(simulation.client().transferLeadership(leader, target));
    require(outcome instanceof ChangeOutcome.Rejected, "Truthful outcomes", "%s, asked to hand over to %s, says %s", leader, target,
        outcome);
  }

  /**
   * Of the last two of three one hears each answer only when its election timeout has passed, and the other is not heard when it asks. It
   * asks for pre-votes again by the time its votes are there; they make it the leader of the term that it got them for.
   */
  private static void votesComeLate(Simulation simulation, RaftProbes raft) {
    PeerId leader = raft.findLeader();
    simulation.runUntil(Simulation::converged, LIMIT);
    Node asks = simulation.node(raft.after(leader, 1));
    Node votes = simulation.node(raft.after(leader, 2));
    simulation.crash(leader);
    simulation.world().network().become(votes, asks, LATE_ANSWERS);
    await(simulation, raft.after(leader, 1), "lead", role -> role instanceof Role.Leader);
    simulation.heal();
    simulation.runUntil(Simulation::converged, LIMIT);
  }

  /**
   * Servers that hear nobody campaign at different times (§5.2). Nothing else needs that as long as of two that ask at once one goes
   * first, so it is looked at by itself.
   */
  private static void timeoutsAreSpread(Simulation simulation, RaftProbes raft) {
    simulation.peers().forEach(simulation::disconnect);
    require(simulation.until(() -> isAnyCampaigning(simulation), LIMIT), "Progress", "nobody campaigns%n%s", simulation.describe());
    simulation.advance(LEAST_SPREAD);
    require(!simulation.peers().stream().allMatch(peer -> isCampaigning(simulation, peer)), "Spread timeouts",
        "all campaign within %s%n%s", LEAST_SPREAD, simulation.describe());
    raft.checkNoLeader();
  }

  /**
   * Commands and reads are applied and answered, refused, and lost with the leadership. However they end, they count no more against what
   * a server takes in at a time: otherwise it would refuse ever more of them, until it is started again.
   */
  private static void nothingStaysCounted(Simulation simulation, RaftProbes raft) {
    PeerId leader = raft.findLeader();
    simulation.peers().forEach(peer -> writeAndRead(simulation, peer));
    simulation.advance(A_MOMENT);
    simulation.peers().stream().filter(peer -> !peer.equals(leader)).forEach(follower -> {
      simulation.world().network().cut(simulation.node(leader), simulation.node(follower));
      simulation.world().network().cut(simulation.node(follower), simulation.node(leader));
    });
    writeAndRead(simulation, leader);
    await(simulation, leader, "step down", role -> !(role instanceof Role.Leader));
    simulation.heal();
    simulation.runUntil(Simulation::converged, LIMIT);
    for (PeerId peer : simulation.peers()) {
      ReplicaStatus status = simulation.client().status(peer);
      require(status.inFlightBytes() == 0 && status.waitingReads() == 0, "Nothing stays counted", "%s counts %d bytes and %d reads", peer,
          status.inFlightBytes(), status.waitingReads());
    }
  }

  private static void writeAndRead(Simulation simulation, PeerId peer) {
    CompletionStage<?> _ = simulation.client().propose(peer, new byte[] {1});
    CompletionStage<?> _ = simulation.client().read(peer);
  }

  private static boolean isAnyCampaigning(Simulation simulation) {
    return simulation.peers().stream().anyMatch(peer -> isCampaigning(simulation, peer));
  }

  private static boolean isCampaigning(Simulation simulation, PeerId peer) {
    return simulation.state(peer).map(RaftState::role).filter(Role.PreCandidate.class::isInstance).isPresent();
  }

  private static void await(Simulation simulation, PeerId peer, String what, Predicate<Role> condition) {
    RaftProbes.await(simulation, peer, what, state -> condition.test(state.role()));
  }
}
