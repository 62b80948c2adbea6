package io.flotilla.http;

import io.flotilla.kv.registry.ClusterAdmin.GroupView;
import io.flotilla.kv.registry.ClusterAdmin.ReplicaView;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** This node's Raft replicas as gauges: whoever knows their state hands it over from time to time. */
public final class ReplicaGauges {
  private final String nodeId;
  private final Map<MultiGauge, ToDoubleFunction<ReplicaView>> gauges = new LinkedHashMap<>();

  public ReplicaGauges(MeterRegistry registry, String nodeId) {
    this.nodeId = nodeId;
    add(registry, "term", "current term", ReplicaView::term);
    add(registry, "commit.index", "highest index known to be committed", ReplicaView::commitIndex);
    add(registry, "last.applied", "highest index applied to the state machine", ReplicaView::lastApplied);
    add(registry, "last.index", "highest index in the log", ReplicaView::lastIndex);
    add(registry, "snapshot.index", "last index that the snapshot stands for", ReplicaView::snapshotIndex);
    add(registry, "log.entries", "entries in the log after the snapshot", view -> view.lastIndex() - view.snapshotIndex());
    add(registry, "leader", "1 where the replica leads its group", view -> view.role().equals("leader") ? 1 : 0);
  }

  /** Replaces what the gauges show; groups without a replica here are passed over. Thread-safe. */
  public synchronized void show(List<GroupView> groups) {
    gauges.forEach((gauge, value) -> gauge.register(groups.stream().flatMap(group -> rows(group, value)).toList(), true));
  }

  private Stream<Row<?>> rows(GroupView group, ToDoubleFunction<ReplicaView> value) {
    return group.replicas().stream()
        .filter(replica -> replica.node().equals(nodeId))
        .map(replica -> Row.of(Tags.of("group", group.id()), value.applyAsDouble(replica)));
  }

  private void add(MeterRegistry registry, String name, String description, ToDoubleFunction<ReplicaView> value) {
    gauges.put(MultiGauge.builder("flotilla.raft." + name).description(description).register(registry), value);
  }
}
