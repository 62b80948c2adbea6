package io.flotilla.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.scenarios.cluster.Await;
import io.flotilla.scenarios.cluster.LocalCluster;
import io.flotilla.scenarios.traffic.JavaCaller;
import io.flotilla.scenarios.traffic.Traffic;
import io.flotilla.simulation.linearizability.Call;
import io.flotilla.simulation.linearizability.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Three nodes of which some die or stop while clients are at work. The log is never compacted here: who returns catches up by it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultsTest {
  private static final String STORE = "g1";
  private static final Duration LONG_STOP = Duration.ofSeconds(5);

  private LocalCluster cluster;
  private String scenario;

  @BeforeAll
  void start(@TempDir Path folder) {
    cluster = LocalCluster.start(folder.resolve("cluster"), 3, "flotilla.raft.snapshot-after-entries=0");
  }

  @AfterAll
  void stop() {
    cluster.close();
  }

  /** Each scenario begins with three that are well, whatever became of the one before, and with keys of its own. */
  @BeforeEach
  void recover(TestInfo test) {
    cluster.ids().stream().filter(id -> !cluster.aliveIds().contains(id)).forEach(cluster::restart);
    cluster.awaitReady(cluster.ids());
    scenario = test.getTestMethod().orElseThrow().getName() + "-" + test.getDisplayName().replaceAll("\\W", "");
  }

  @Test
  void theLeaderIsKilled() {
    try (Traffic traffic = Traffic.start(scenario, cluster::urls)) {
      String leader = cluster.leader(STORE);
      cluster.kill(leader);
      traffic.awaitProgress();
      assertThat(cluster.leader(STORE)).isNotEqualTo(leader);
      cluster.restart(leader);
      cluster.awaitCaughtUp(STORE, leader);
      traffic.awaitProgress();
      traffic.verify();
    }
  }

  @Test
  void aFollowerIsKilledReturnsAndCatchesUpByTheLog() {
    try (Traffic traffic = Traffic.start(scenario, cluster::urls)) {
      String follower = cluster.follower(STORE);
      cluster.kill(follower);
      traffic.awaitAnswers(500);
      cluster.restart(follower);
      cluster.awaitCaughtUp(STORE, follower);
      assertThat(cluster.replicaNumber(STORE, follower, "snapshotIndex")).isZero();
      traffic.verify();
    }
  }

  @Test
  void allAreKilledAndAllReturn() {
    try (Traffic traffic = Traffic.start(scenario, cluster::urls)) {
      List<String> all = cluster.ids();
      cluster.kill(all);
      cluster.restart(all);
      traffic.awaitProgress();
      traffic.verify();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"n1", "n2", "n3"})
  void allAreKilledAndOneStaysAway(String lost) {
    try (Traffic traffic = Traffic.start(scenario, cluster::urls)) {
      cluster.kill(cluster.ids());
      cluster.restart(cluster.ids().stream().filter(id -> !id.equals(lost)).toList());
      traffic.awaitProgress();
      assertThat(cluster.aliveIds()).hasSize(2).doesNotContain(lost);
      traffic.verify();
    }
  }

  @Test
  void theLeaderStopsForAWhileAndWakesUpDeposed() {
    try (Traffic traffic = Traffic.start(scenario, cluster::urls)) {
      String leader = cluster.leader(STORE);
      cluster.suspend(leader);
      try {
        Await.pass(LONG_STOP);
        traffic.awaitProgress();
      } finally {
        cluster.resume(leader);
      }
      cluster.awaitCaughtUp(STORE, leader);
      traffic.awaitProgress();
      traffic.verify();
    }
  }

  @Test
  void aJavaClientInAnotherVirtualMachineFollowsTheLeader() {
    String key = scenario;
    try (JavaCaller caller = new JavaCaller(cluster.contacts())) {
      for (int round = 0; round < 2; round++) {
        String leader = cluster.leader(STORE);
        String value = "round " + round;
        Await.until("a write succeeds", () -> caller.call(key, new Call.Put(value)) instanceof Outcome.Written);
        cluster.kill(leader);
        Await.until("a write succeeds again", () -> caller.call(key, new Call.Append("+")) instanceof Outcome.Written);
        assertThat(caller.call(key, new Call.Get())).isInstanceOf(Outcome.Found.class);
        cluster.restart(leader);
        cluster.awaitReady(List.of(leader));
      }
      caller.verify();
    }
  }
}
