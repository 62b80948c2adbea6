package io.flotilla.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.scenarios.cluster.Await;
import io.flotilla.scenarios.cluster.LocalCluster;
import io.flotilla.scenarios.traffic.Traffic;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * What operators do to a cluster that is in use; it lives through all of these tests. Snapshots are taken all the time, so that whoever is
 * new or was away needs one.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AdministrationTest {
  private static final String STORE = "g1";
  private static final int SNAPSHOT_AFTER_ENTRIES = 200;

  private LocalCluster cluster;

  @BeforeAll
  void start(@TempDir Path folder) {
    cluster = LocalCluster.start(folder.resolve("cluster"), 3, "flotilla.raft.snapshot-after-entries=" + SNAPSHOT_AFTER_ENTRIES);
  }

  @AfterAll
  void stop() {
    cluster.close();
  }

  @Test
  void aFollowerThatMissedTooMuchCatchesUpByASnapshot() {
    try (Traffic traffic = Traffic.start("by-snapshot", cluster::urls)) {
      String follower = cluster.follower(STORE);
      cluster.kill(follower);
      long missedFrom = cluster.replicaNumber(STORE, cluster.leader(STORE), "lastIndex");
      Await.until("the leader's log begins after what the follower has",
          () -> cluster.replicaNumber(STORE, cluster.leader(STORE), "snapshotIndex") > missedFrom + SNAPSHOT_AFTER_ENTRIES);
      cluster.up(3);
      cluster.awaitCaughtUp(STORE, follower);
      assertThat(cluster.replicaNumber(STORE, follower, "snapshotIndex")).isGreaterThan(missedFrom);
      traffic.verify();
    }
  }

  /** The last one: it leaves five members, two of them dead. */
  @Test
  @Order(Integer.MAX_VALUE)
  void membershipGrowsToFiveShrinksAndGrowsAgain() throws IOException {
    try (Traffic traffic = Traffic.start("membership", cluster::urls)) {
      cluster.up(5);
      List<String> all = cluster.ids();
      changeMembers("n1", all);
      for (String id : List.of("n4", "n5")) {
        cluster.awaitCaughtUp(STORE, id);
      }
      traffic.awaitProgress();
      String leader = cluster.leader(STORE);
      List<String> staying = all.reversed().stream().filter(id -> !id.equals(leader)).limit(3).toList();
      List<String> leaving = all.stream().filter(id -> !staying.contains(id)).toList();
      changeMembers(leader, staying);   // the leader is among those that leave
      traffic.awaitProgress();
      assertThat(staying).contains(cluster.leader(STORE));
      leaving.forEach(cluster::suspend);
      traffic.awaitProgress();   // the three need nobody else
      leaving.forEach(cluster::resume);

      // The same processes get a replica again, which starts from nothing under the address of the one that left.
      changeMembers(staying.getFirst(), all);
      for (String id : leaving) {
        cluster.awaitCaughtUp(STORE, id);
      }
      // Of those that stayed, one alone is left: the majority needs both that came back. The registry keeps two of its three.
      cluster.kill(staying.subList(0, 2));
      traffic.awaitProgress();
      traffic.verify();
    }
  }

  @Test
  void leadershipIsHandedAround() throws IOException {
    try (Traffic traffic = Traffic.start("transfer", cluster::urls)) {
      for (String next : List.of("n1", "n2", "n3", "n1")) {
        HttpResponse<String> answer = cluster.sendJson("n1", "POST", "/v1/groups/g1/leader", "{\"node\":\"%s\"}".formatted(next));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        Await.until(next + " leads", () -> cluster.leader(STORE).equals(next));
        traffic.awaitProgress();
      }
      traffic.verify();
    }
  }

  private void changeMembers(String askedId, List<String> voters) throws IOException {
    String list = voters.stream().map("\"%s\""::formatted).collect(Collectors.joining(","));
    HttpResponse<String> answer = cluster.sendJson(askedId, "PUT", "/v1/groups/g1/members",
        "{\"voters\":[%s],\"learners\":[]}".formatted(list));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }
}
