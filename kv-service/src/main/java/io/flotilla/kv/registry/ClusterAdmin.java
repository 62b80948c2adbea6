package io.flotilla.kv.registry;

import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.CompletionStage;

/** What operators see and change of the cluster, from any node. Thread-safe; stages complete exceptionally only on bugs. */
public interface ClusterAdmin {
  CompletionStage<List<NodeView>> nodes();

  /** All groups, by id, with what each reachable replica says of itself; those that do not answer in time are left out. */
  CompletionStage<List<GroupView>> groups();

  /** Creates a group with these voters; done once it has a leader. */
  CompletionStage<AdminReply> addGroup(String groupId, SortedSet<String> replicas);

  CompletionStage<AdminReply> removeGroup(String groupId);

  CompletionStage<AdminReply> transferLeadership(String groupId, String node);

  /** Changes a group's membership; done once the new one alone is in force. */
  CompletionStage<AdminReply> changeMembers(String groupId, SortedSet<String> voters, SortedSet<String> learners);

  /** Whether every replica on this node knows a leader, and if not, which do not. */
  CompletionStage<Readiness> readiness();

  /**
   * One node.
   *
   * @param state {@code up} or {@code unreachable}, as this node sees it
   * @param shards how many shards the groups it has replicas of serve
   */
  record NodeView(String id, String address, Optional<String> http, String state, List<String> groups, int shards) {}

  /** One group; {@code leader} is empty while there is none. */
  record GroupView(String id, Optional<String> leader, long term, List<String> voters, List<String> learners,
      List<ReplicaView> replicas) {}

  record ReplicaView(String node, String role, long term, long commitIndex, long lastApplied, long lastIndex,
      long snapshotIndex) {}

  record Readiness(boolean ready, List<String> groupsWithoutLeader) {}

  /** How a change went. */
  sealed interface AdminReply {
    record Done() implements AdminReply {}

    /** There is no such group or node. */
    record NotFound(String detail) implements AdminReply {}

    /** It stands against what is there, or against another change under way. */
    record Conflict(String detail) implements AdminReply {}

    record Invalid(String detail) implements AdminReply {}

    /** Not done: no leader. */
    record Unavailable(String detail) implements AdminReply {}

    /** Begun, but its end was not seen in time. */
    record OutcomeUnknown(String detail) implements AdminReply {}
  }
}
