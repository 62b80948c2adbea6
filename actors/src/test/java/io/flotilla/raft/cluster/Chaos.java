package io.flotilla.raft.cluster;

import io.flotilla.raft.Input;
import io.flotilla.raft.PeerId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/** Clients and faults at random moments. */
public final class Chaos {
  private static final Duration CLIENT_EVERY = Duration.ofMillis(15);
  private static final Duration DOWN_FOR = Duration.ofMillis(400);

  private final CoreCluster cluster;
  private final RandomGenerator random;
  private final List<PeerId> peers;
  private boolean stopped;
  private long lastPayload;

  public Chaos(CoreCluster cluster) {
    this.cluster = cluster;
    random = cluster.random();
    peers = List.copyOf(cluster.peers());
  }

  public void begin() {
    every(CLIENT_EVERY, this::beClient);
    every(cluster.faults().crashEvery(), this::crashSomebody);
    every(cluster.faults().cutEvery(), this::cutSomething);
    every(cluster.faults().changeEvery(), this::changeMembership);
    every(cluster.faults().transferEvery(), this::transferLeadership);
  }

  /** Nothing happens any more by itself. */
  public void end() {
    stopped = true;
  }

  private void every(Duration mean, Runnable action) {
    if (!mean.isZero()) {
      cluster.agenda().after(about(mean), () -> {
        if (!stopped) {
          action.run();
          every(mean, action);
        }
      });
    }
  }

  private Duration about(Duration mean) {
    return Duration.ofNanos((long) (mean.toNanos() * random.nextExponential()));
  }

  private void beClient() {
    PeerId peer = leaderOrAnybody();
    switch (random.nextInt(4)) {
      case 0 -> cluster.read(peer, Input.ReadMode.READ_INDEX);
      case 1 -> cluster.read(peer, Input.ReadMode.LEASE);
      default -> cluster.propose(peer, payloads());
    }
  }

  private List<byte[]> payloads() {
    List<byte[]> payloads = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      payloads.add(ByteBuffer.allocate(Long.BYTES + random.nextInt(100)).putLong(++lastPayload).array());
    }
    return payloads;
  }

  /** Whoever believes to lead, deposed or not: clients do not know better. */
  private PeerId leaderOrAnybody() {
    List<PeerId> leaders = cluster.leaders();
    return leaders.isEmpty() || random.nextInt(5) == 0 ? anybody() : leaders.get(random.nextInt(leaders.size()));
  }

  private PeerId anybody() {
    return peers.get(random.nextInt(peers.size()));
  }

  private void crashSomebody() {
    PeerId peer = leaderOrAnybody();
    if (cluster.isUp(peer)) {
      cluster.crash(peer);
      cluster.agenda().after(about(DOWN_FOR), () -> {
        if (!cluster.isUp(peer)) {
          cluster.start(peer);
        }
      });
    }
  }

  /** Mostly one cut at a time, so that somebody can go on; the most telling one leaves a leader alone with its clients. */
  private void cutSomething() {
    if (random.nextInt(4) > 0) {
      cluster.healLinks();
    }
    List<PeerId> some = shuffled().subList(0, random.nextInt(peers.size()));
    List<PeerId> others = peers.stream().filter(peer -> !some.contains(peer)).toList();
    switch (random.nextInt(6)) {
      case 0 -> cluster.cut(some, others);
      case 1 -> cluster.cut(List.of(leaderOrAnybody()), peers);
      case 2 -> cutBothWays(some, others);
      case 3, 4 -> cutBothWays(List.of(leaderOrAnybody()), peers);
      default -> cluster.healLinks();
    }
  }

  private void cutBothWays(List<PeerId> some, List<PeerId> others) {
    cluster.cut(some, others);
    cluster.cut(others, some);
  }

  private void changeMembership() {
    List<PeerId> order = shuffled();
    int voters = 1 + random.nextInt(peers.size());
    int learners = random.nextInt(peers.size() - voters + 1);
    SortedSet<PeerId> newVoters = new TreeSet<>(order.subList(0, voters));
    cluster.changeMembership(leaderOrAnybody(), newVoters, new TreeSet<>(order.subList(voters, voters + learners)));
  }

  private void transferLeadership() {
    cluster.transferLeadership(leaderOrAnybody(), anybody());
  }

  private List<PeerId> shuffled() {
    List<PeerId> order = new ArrayList<>(peers);
    for (int i = order.size() - 1; i > 0; i--) {
      Collections.swap(order, i, random.nextInt(i + 1));
    }
    return order;
  }
}
