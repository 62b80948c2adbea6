package io.flotilla.http;

import io.flotilla.kv.registry.ClusterAdmin;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** A cluster of one group that remembers what it was asked to change, and says what it is told to say. */
final class FakeCluster implements ClusterAdmin {
  private final List<String> changes = new CopyOnWriteArrayList<>();
  private volatile AdminReply reply = new AdminReply.Done();
  private volatile Readiness readiness = new Readiness(true, List.of());
  private volatile boolean knowsGroups = true;

  void answerWith(AdminReply scripted) {
    reply = scripted;
  }

  void be(Readiness scripted) {
    readiness = scripted;
  }

  /** As a node that has just started, and reached nobody. */
  void knowNoGroups() {
    knowsGroups = false;
  }

  void reset() {
    changes.clear();
    knowsGroups = true;
    reply = new AdminReply.Done();
    readiness = new Readiness(true, List.of());
  }

  List<String> changes() {
    return changes;
  }

  @Override
  public CompletionStage<List<NodeView>> nodes() {
    return done(List.of(
        new NodeView("n1", "127.0.0.1:7001", Optional.of("http://127.0.0.1:8080"), "up", List.of("g1", "meta"), 16),
        new NodeView("n2", "127.0.0.1:7002", Optional.empty(), "unreachable", List.of("g1"), 16)));
  }

  @Override
  public CompletionStage<List<GroupView>> groups() {
    return done(!knowsGroups ? List.of() : List.of(
        new GroupView("g1", Optional.of("n2"), 3, List.of("n1", "n2"), List.of("n3"),
            List.of(new ReplicaView("n1", "follower", 3, 10, 9, 11, 5))),
        new GroupView("meta", Optional.empty(), 1, List.of("n1"), List.of(), List.of())));
  }

  @Override
  public CompletionStage<AdminReply> addGroup(String groupId, SortedSet<String> replicas) {
    return change("add " + groupId + ' ' + replicas);
  }

  @Override
  public CompletionStage<AdminReply> removeGroup(String groupId) {
    return change("remove " + groupId);
  }

  @Override
  public CompletionStage<AdminReply> transferLeadership(String groupId, String node) {
    return change("transfer " + groupId + " to " + node);
  }

  @Override
  public CompletionStage<AdminReply> changeMembers(String groupId, SortedSet<String> voters, SortedSet<String> learners) {
    return change("members " + groupId + ' ' + voters + ' ' + learners);
  }

  @Override
  public CompletionStage<Readiness> readiness() {
    return done(readiness);
  }

  private CompletionStage<AdminReply> change(String what) {
    changes.add(what);
    return done(reply);
  }

  private static <T> CompletionStage<T> done(T value) {
    return CompletableFuture.completedFuture(value);
  }
}
