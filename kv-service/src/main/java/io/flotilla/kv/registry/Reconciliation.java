package io.flotilla.kv.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/** What a node has to do so that the replicas it holds become those that the registry wants: a function, without any doing. */
final class Reconciliation {
  /** One thing to do. */
  sealed interface Action {
    String groupId();

    /** Write it down and start it. */
    record Start(HostedReplica replica) implements Action {
      @Override
      public String groupId() {
        return replica.groupId();
      }
    }

    /** Stop it, delete its data, forget it and say so. */
    record Remove(String groupId) implements Action {}

    /** The registry waits to hear that a replica is gone that is not here. */
    record ConfirmRemoved(String groupId) implements Action {}

    /** The node is a voter that has lost its data: nothing may be started in its place (it could vote against its own promises). */
    record RefuseLost(String groupId) implements Action {}
  }

  private Reconciliation() {}

  /**
   * Compares.
   *
   * @param registry read linearizably, so that nothing is deleted on old news
   * @param hosted by group
   */
  static List<Action> plan(String self, Registry registry, Map<String, HostedReplica> hosted) {
    List<Action> actions = new ArrayList<>();
    registry.removedGroups().forEach((id, holders) -> {
      if (holders.contains(self)) {
        actions.add(gone(id, hosted));
      }
    });
    for (GroupEntry group : registry.groups().values()) {
      if (group.departing().contains(self)) {
        actions.add(gone(group.id(), hosted));
      } else if (group.hosts().contains(self) && !hosted.containsKey(group.id())) {
        actions.add(missing(self, registry, group));
      }
    }
    return actions;
  }

  private static Action gone(String groupId, Map<String, HostedReplica> hosted) {
    return hosted.containsKey(groupId) ? new Action.Remove(groupId) : new Action.ConfirmRemoved(groupId);
  }

  private static Action missing(String self, Registry registry, GroupEntry group) {
    if (!group.inForce().voters().contains(self)) {
      return new Action.Start(new HostedReplica(group.id(), group.createdNumber(), new TreeSet<>()));
    }
    NodeEntry node = registry.nodes().get(self);
    boolean folderIsOlderThanGroup = node != null && node.folderNumber() < group.createdNumber();
    SortedSet<String> founders = group.foundingVoters();
    return folderIsOlderThanGroup && founders.contains(self)
        ? new Action.Start(new HostedReplica(group.id(), group.createdNumber(), founders))
        : new Action.RefuseLost(group.id());
  }

  /** Founders' replicas of the groups that the first nodes are started with. */
  static List<HostedReplica> founding(String self, SortedMap<String, SortedSet<String>> votersByGroup) {
    return votersByGroup.entrySet().stream().filter(group -> group.getValue().contains(self))
        .map(group -> new HostedReplica(group.getKey(), 1, group.getValue())).toList();
  }
}
