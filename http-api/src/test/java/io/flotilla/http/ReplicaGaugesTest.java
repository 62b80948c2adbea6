package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.kv.registry.ClusterAdmin.GroupView;
import io.flotilla.kv.registry.ClusterAdmin.ReplicaView;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The gauges show this node's replicas as they were handed over last. */
class ReplicaGaugesTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final ReplicaGauges gauges = new ReplicaGauges(registry, "n2");

  @Test
  void eachReplicaOfThisNodeHasItsNumbers() {
    gauges.show(List.of(
        group("g1", new ReplicaView("n1", "follower", 4, 90, 90, 91, 50), new ReplicaView("n2", "leader", 4, 91, 90, 93, 80))));
    assertThat(value("term", "g1")).isEqualTo(4);
    assertThat(value("commit.index", "g1")).isEqualTo(91);
    assertThat(value("last.applied", "g1")).isEqualTo(90);
    assertThat(value("last.index", "g1")).isEqualTo(93);
    assertThat(value("snapshot.index", "g1")).isEqualTo(80);
    assertThat(value("log.entries", "g1")).isEqualTo(13);
    assertThat(value("leader", "g1")).isEqualTo(1);
  }

  @Test
  void whatIsShownAnewReplacesWhatWasThere() {
    gauges.show(List.of(group("g1", new ReplicaView("n2", "leader", 4, 1, 1, 1, 0)),
        group("g2", new ReplicaView("n2", "leader", 1, 1, 1, 1, 0))));
    gauges.show(List.of(group("g1", new ReplicaView("n2", "follower", 5, 2, 2, 2, 0)),
        group("g3", new ReplicaView("n1", "leader", 1, 1, 1, 1, 0))));
    assertThat(value("term", "g1")).isEqualTo(5);
    assertThat(value("leader", "g1")).isZero();
    assertThat(registry.find("flotilla.raft.term").tag("group", "g2").gauge()).as("no replica here any more").isNull();
    assertThat(registry.find("flotilla.raft.term").tag("group", "g3").gauge()).as("a replica elsewhere").isNull();
  }

  private double value(String name, String group) {
    return registry.get("flotilla.raft." + name).tag("group", group).gauge().value();
  }

  private static GroupView group(String id, ReplicaView... replicas) {
    return new GroupView(id, Optional.of("n2"), 4, List.of("n1", "n2"), List.of(), List.of(replicas));
  }
}
