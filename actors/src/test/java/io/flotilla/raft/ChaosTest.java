package io.flotilla.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.raft.cluster.Chaos;
import io.flotilla.raft.cluster.CoreCluster;
import io.flotilla.raft.cluster.Faults;
import io.flotilla.raft.law.Law;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Clusters of cores under all that can go wrong, with every law of Raft watched at every step; then, once nothing goes wrong any
 * more, they must recover. Each build plays the same seeds, so that one that fails has its own change to thank for it; {@code
 * -Dsim.seeds=N} plays so many that nobody has played, {@code -Dsim.seed=N} one again, {@code -Dsim.trace=N} prints that many of the
 * last steps.
 */
class ChaosTest {
  private static final int SEEDS = 100;
  private static final Duration CHAOS = Duration.ofSeconds(6);
  private static final Duration RECOVERY = Duration.ofSeconds(20);

  static LongStream seeds() {
    Long replayed = Long.getLong("sim.seed");
    Long fresh = Long.getLong("sim.seeds");
    if (replayed != null) {
      return LongStream.of(replayed);
    }
    return fresh == null ? LongStream.rangeClosed(1, SEEDS) : new SplittableRandom().longs(fresh).map(seed -> seed >>> 16);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void theLawsHoldUnderFaultsAndTheClusterRecovers(long seed) {
    CoreCluster cluster = cluster(seed);
    try {
      survive(cluster);
    } catch (AssertionError | RuntimeException broken) {
      throw new AssertionError("replay with -Dsim.seed=%d: %s%n%s".formatted(seed, broken.getMessage(), cluster), broken);
    }
  }

  @Test
  void twoRunsOfOneSeedAreEqual() {
    assertThat(digestOf(42)).isEqualTo(digestOf(42)).isNotEqualTo(digestOf(43));
  }

  private static long digestOf(long seed) {
    CoreCluster cluster = cluster(seed);
    survive(cluster);
    return cluster.traceDigest();
  }

  static void survive(CoreCluster cluster) {
    Chaos chaos = new Chaos(cluster);
    cluster.startAll();
    chaos.begin();
    cluster.run(CHAOS);
    chaos.end();
    cluster.heal();
    assertThat(cluster.runUntil(cluster::isConverged, RECOVERY)).as("it recovers once faults end").isTrue();
    long acknowledged = cluster.acknowledgedCount();
    cluster.propose(cluster.leader().orElseThrow(), List.of("last".getBytes(StandardCharsets.UTF_8)));
    assertThat(cluster.runUntil(() -> cluster.acknowledgedCount() > acknowledged && cluster.isConverged(), RECOVERY))
        .as("it takes writes again").isTrue();
  }

  private static CoreCluster cluster(long seed) {
    return cluster(seed, Law.all());
  }

  static CoreCluster cluster(long seed, List<Law> laws) {
    RandomGenerator random = new SplittableRandom(~seed);
    List<PeerId> peers = IntStream.rangeClosed(1, 1 + random.nextInt(7)).mapToObj(n -> PeerId.of("n" + n)).toList();
    int voters = 1 + random.nextInt(peers.size());
    return new CoreCluster(seed, peers.subList(0, voters), peers.subList(voters, peers.size()), settings(random),
        Faults.swarm(random), laws, 1 + random.nextInt(60), true);
  }

  /** Small bounds, so that all of them are reached; the lease is short by what two clocks may drift apart. */
  private static RaftSettings settings(RandomGenerator random) {
    return new RaftSettings(Duration.ofMillis(50), Duration.ofMillis(150), Duration.ofMillis(300), 50 + random.nextInt(500),
        1 + random.nextInt(8), 1 + random.nextInt(4), Duration.ofMillis(1 + random.nextInt(50)), 1 + random.nextInt(8),
        Duration.ofMillis(138), random.nextInt(20), 1 + random.nextInt(1000));
  }
}
