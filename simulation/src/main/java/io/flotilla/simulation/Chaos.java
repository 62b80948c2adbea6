package io.flotilla.simulation;

import io.flotilla.raft.PeerId;
import io.flotilla.simulation.world.DiskConditions;
import io.flotilla.simulation.world.Network;
import io.flotilla.simulation.world.Node;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;

/** Clients and faults at random moments. */
final class Chaos {
  private static final Duration DOWN_FOR = Duration.ofMillis(400);
  private static final Duration DOWN_FOR_A_MOMENT = Duration.ofMillis(10);
  private static final int LONGEST_COMMAND = 100;
  private static final int LONGEST_BURST = 20;
  private static final int CALLS_AFTER_TRANSFER = 20;

  private final Simulation simulation;
  private final Faults faults;
  private final RandomGenerator random;
  private final List<PeerId> peers;
  private boolean ended;
  private long lastCommand;

  Chaos(Simulation simulation, Faults faults) {
    this.simulation = simulation;
    this.faults = faults;
    random = simulation.world().newRandom();
    peers = List.copyOf(simulation.peers());
  }

  void begin() {
    network().become(faults.links());
    if (faults.maxDrift() > 0) {
      peers.forEach(peer -> node(peer).runClockAt(1 + (random.nextDouble() * 2 - 1) * faults.maxDrift()));
    }
    every(faults.clientEvery(), this::beClient);
    every(faults.crashEvery(), this::crashSomebody);
    every(faults.cutEvery(), this::cutSomething);
    every(faults.stallEvery(), this::stallSomething);
    every(faults.changeEvery(), this::changeMembership);
    every(faults.transferEvery(), this::transferLeadership);
  }

  void end() {
    ended = true;
  }

  private void every(Duration mean, Runnable action) {
    if (!mean.isZero()) {
      later(mean, () -> {
        action.run();
        every(mean, action);
      });
    }
  }

  /** After about that time, unless it is all over by then. */
  private void later(Duration mean, Runnable action) {
    simulation.world().after(Duration.ofNanos((long) (mean.toNanos() * random.nextExponential())), () -> {
      if (!ended) {
        action.run();
      }
    });
  }

  private void beClient() {
    PeerId peer = leaderOrAnybody();
    switch (random.nextInt(8)) {
      case 0, 1 -> simulation.client().read(peer);
      case 2, 3 -> simulation.client().leaseRead(peer);
      case 4 -> {
        for (int left = random.nextInt(LONGEST_BURST); left > 0; left--) {
          propose(peer);
        }
      }
      default -> propose(peer);
    }
  }

  private void propose(PeerId peer) {
    simulation.client().propose(peer, ByteBuffer.allocate(Long.BYTES + random.nextInt(LONGEST_COMMAND)).putLong(++lastCommand).array());
  }

  /** Whoever believes to lead, deposed or not: clients do not know better. */
  private PeerId leaderOrAnybody() {
    List<PeerId> leaders = simulation.leaders();
    return leaders.isEmpty() || random.nextInt(5) == 0 ? anybody() : leaders.get(random.nextInt(leaders.size()));
  }

  private PeerId anybody() {
    return peers.get(random.nextInt(peers.size()));
  }

  /** Often a leader with commands under way (Figure 8), and often back before anybody noticed. */
  private void crashSomebody() {
    PeerId peer = leaderOrAnybody();
    Node node = node(peer);
    if (!node.isUp()) {
      return;
    }
    switch (random.nextInt(3)) {
      case 0 -> node.crash();
      case 1 -> node.crashAfterSending(1 + random.nextInt(4));
      default -> {
        node.crashAfterSending(1 + random.nextInt(peers.size()));
        propose(peer);
      }
    }
    later(random.nextBoolean() ? DOWN_FOR : DOWN_FOR_A_MOMENT, () -> startIfDown(node));
  }

  private static void startIfDown(Node node) {
    if (!node.isUp()) {
      node.start();
    }
  }

  /** Mostly one cut at a time, so that somebody can go on; the most telling one leaves a leader alone with its clients. */
  private void cutSomething() {
    if (random.nextInt(4) > 0) {
      network().heal();
    }
    List<PeerId> some = shuffled().subList(0, random.nextInt(peers.size()));
    List<PeerId> others = peers.stream().filter(peer -> !some.contains(peer)).toList();
    switch (random.nextInt(6)) {
      case 0 -> cut(some, others);
      case 1 -> cut(List.of(leaderOrAnybody()), peers);
      case 2 -> cutBothWays(some, others);
      case 3, 4 -> cutBothWays(List.of(leaderOrAnybody()), peers);
      default -> network().heal();
    }
  }

  private void cutBothWays(Collection<PeerId> some, Collection<PeerId> others) {
    cut(some, others);
    cut(others, some);
  }

  private void cut(Collection<PeerId> from, Collection<PeerId> to) {
    from.forEach(sender -> to.stream().filter(receiver -> !receiver.equals(sender))
        .forEach(receiver -> network().cut(node(sender), node(receiver))));
  }

  private void stallSomething() {
    Node node = node(anybody());
    switch (random.nextInt(3)) {
      case 0 -> {
        node.disk().become(DiskConditions.SLOW);
        later(DOWN_FOR, () -> node.disk().become(DiskConditions.FAST));
      }
      case 1 -> {
        node.disk().become(DiskConditions.FAST.becomeFull());
        later(DOWN_FOR, () -> node.disk().become(DiskConditions.FAST));
      }
      default -> {
        node.pause();
        later(DOWN_FOR, node::resume);
      }
    }
  }

  private void changeMembership() {
    List<PeerId> order = shuffled();
    int voters = 1 + random.nextInt(peers.size());
    int learners = random.nextInt(peers.size() - voters + 1);
    simulation.client().changeMembership(leaderOrAnybody(), order.subList(0, voters), order.subList(voters, voters + learners));
    if (random.nextInt(3) == 0) {
      later(DOWN_FOR_A_MOMENT, this::changeMembership);   // while that one is under way
    }
  }

  /** Sometimes the old leader never hears of the new one, and its clients ask on. */
  private void transferLeadership() {
    PeerId from = leaderOrAnybody();
    PeerId to = anybody();
    simulation.client().transferLeadership(from, to);
    if (random.nextBoolean()) {
      later(DOWN_FOR_A_MOMENT, () -> {
        cutBothWays(List.of(from), peers);
        for (int i = 1; i <= CALLS_AFTER_TRANSFER; i++) {
          later(DOWN_FOR_A_MOMENT.multipliedBy(i), () -> propose(to));
          later(DOWN_FOR_A_MOMENT.multipliedBy(i), () -> simulation.client().leaseRead(from));
        }
        later(DOWN_FOR, network()::heal);
      });
    }
  }

  private List<PeerId> shuffled() {
    List<PeerId> order = new ArrayList<>(peers);
    for (int i = order.size() - 1; i > 0; i--) {
      Collections.swap(order, i, random.nextInt(i + 1));
    }
    return order;
  }

  private Node node(PeerId peer) {
    return simulation.node(peer);
  }

  private Network network() {
    return simulation.world().network();
  }
}
