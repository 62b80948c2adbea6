package io.flotilla.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.kv.registry.ClusterAdmin.GroupView;
import io.flotilla.kv.registry.ClusterAdmin.ReplicaView;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HandoverTest {
  private static final List<ReplicaView> REPLICAS =
      List.of(replica("n1", 9), replica("n2", 7), replica("n3", 8), replica("n4", 9));

  @Test
  void theVoterWhoseLogReachesFurthestTakesOver() {
    assertThat(Handover.successor(group("n1", REPLICAS), "n1")).contains("n3");
  }

  @Test
  void whoDoesNotLeadHandsNothingOver() {
    assertThat(Handover.successor(group("n2", REPLICAS), "n1")).isEmpty();
  }

  @Test
  void whoIsAloneKeepsItsLeadership() {
    assertThat(Handover.successor(group("n1", List.of(replica("n1", 9))), "n1")).isEmpty();
  }

  /** n4 is a learner. */
  private static GroupView group(String leader, List<ReplicaView> replicas) {
    return new GroupView("g1", Optional.of(leader), 3, List.of("n1", "n2", "n3"), List.of("n4"), replicas);
  }

  private static ReplicaView replica(String node, long lastIndex) {
    return new ReplicaView(node, "follower", 3, 7, 7, lastIndex, 0);
  }
}
