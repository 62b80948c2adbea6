package io.flotilla.node;

import io.flotilla.kv.registry.ClusterAdmin;
import io.flotilla.kv.registry.ClusterAdmin.GroupView;
import io.flotilla.kv.registry.ClusterAdmin.ReplicaView;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;

/** Before a node goes it hands its leaderships to others, so that its groups need not find out that it is gone. */
final class Handover {
  /** Not worth a longer wait: an election takes no longer. */
  private static final long LIMIT_MILLIS = 1_500;

  private Handover() {}

  /** Completes, however it went: it is a courtesy. */
  static CompletionStage<Done> run(ClusterAdmin admin, String self) {
    return admin.groups().thenCompose(groups -> all(groups.stream().flatMap(group -> successor(group, self).stream()
        .map(node -> admin.transferLeadership(group.id(), node))).toList()))
        .toCompletableFuture().orTimeout(LIMIT_MILLIS, TimeUnit.MILLISECONDS).handle((_, _) -> Done.getInstance());
  }

  /** The voter whose log reaches furthest: it has least to catch up before it can take over. */
  static Optional<String> successor(GroupView group, String self) {
    if (!group.leader().equals(Optional.of(self))) {
      return Optional.empty();
    }
    return group.replicas().stream().filter(replica -> !replica.node().equals(self) && group.voters().contains(replica.node()))
        .max(Comparator.comparingLong(ReplicaView::lastIndex)).map(ReplicaView::node);
  }

  private static CompletionStage<Void> all(List<? extends CompletionStage<?>> stages) {
    return CompletableFuture.allOf(stages.stream().map(CompletionStage::toCompletableFuture).toArray(CompletableFuture<?>[]::new));
  }
}
