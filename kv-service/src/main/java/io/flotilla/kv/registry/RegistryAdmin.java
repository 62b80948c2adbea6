package io.flotilla.kv.registry;

import io.flotilla.kv.router.ShardMap;
import io.flotilla.raft.Effect.ChangeOutcome;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.actor.RaftPeer;
import io.flotilla.raft.actor.ReplicaStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;

/** {@link ClusterAdmin} by way of the registry, which the nodes then follow, and of the replicas' own word. */
public final class RegistryAdmin implements ClusterAdmin {
  /** After so long, what has become of a change of members or leaders is answered as unknown. */
  public static final Duration CHANGE_LIMIT = Duration.ofSeconds(60);

  private static final Duration META_LIMIT = Duration.ofSeconds(5);
  private static final Duration LOOK_LIMIT = Duration.ofSeconds(2);
  private static final Duration STATUS_LIMIT = Duration.ofMillis(800);
  private static final Duration TRANSFER_LIMIT = Duration.ofSeconds(5);
  private static final long LOOK_AGAIN_MILLIS = 100;
  private static final String LEADER = "leader";

  private final ActorSystem<?> system;
  private final AddressBook book;
  private final Peers peers;
  private final MetaClient meta;
  private final String self;
  private final ActorRef<GroupManager.Command> manager;

  public RegistryAdmin(ActorSystem<?> system, AddressBook book, String self, ActorRef<GroupManager.Command> manager) {
    this.system = system;
    this.book = book;
    this.peers = new Peers(system, book);
    this.meta = new MetaClient(system, book, peers);
    this.self = self;
    this.manager = manager;
  }

  /** What the replicas of one group said, by node. */
  private record Polled(GroupEntry group, SortedMap<String, ReplicaStatus> statuses) {}

  @Override
  public CompletionStage<List<NodeView>> nodes() {
    return latest().thenCompose(registry -> poll(registry).thenApply(polled -> nodeViews(registry, polled)));
  }

  @Override
  public CompletionStage<List<GroupView>> groups() {
    return latest().thenCompose(this::poll).thenApply(polled -> polled.stream().map(RegistryAdmin::groupView).toList());
  }

  @Override
  public CompletionStage<AdminReply> addGroup(String groupId, SortedSet<String> replicas) {
    return execute(new RegistryCommand.AddGroup(groupId, replicas, UUID.randomUUID().toString()))
        .thenCompose(reply -> reply instanceof AdminReply.Done ? awaitSettled(groupId, deadline()) : completed(reply));
  }

  @Override
  public CompletionStage<AdminReply> removeGroup(String groupId) {
    return execute(new RegistryCommand.RemoveGroup(groupId));
  }

  @Override
  public CompletionStage<AdminReply> changeMembers(String groupId, SortedSet<String> voters, SortedSet<String> learners) {
    return execute(new RegistryCommand.SetMembers(groupId, new Members(voters, learners)))
        .thenCompose(reply -> reply instanceof AdminReply.Done ? awaitSettled(groupId, deadline()) : completed(reply));
  }

  @Override
  public CompletionStage<AdminReply> transferLeadership(String groupId, String node) {
    return read().thenCompose(registry -> {
      if (registry.isEmpty()) {
        return completed(new AdminReply.Unavailable("the group meta has no leader at present"));
      }
      GroupEntry group = registry.get().groups().get(groupId);
      if (group == null) {
        return completed(new AdminReply.NotFound("no group %s; there are %s".formatted(groupId, registry.get().groups().keySet())));
      }
      if (!group.inForce().voters().contains(node)) {
        return completed(new AdminReply.Conflict("%s is no voter of %s; they are %s".formatted(node, groupId,
            group.inForce().voters())));
      }
      return poll(group).thenCompose(polled -> leader(polled)
          .map(leader -> transfer(groupId, leader.node().value(), node))
          .orElseGet(() -> completed(new AdminReply.Unavailable("%s has no leader at present".formatted(groupId)))));
    });
  }

  @Override
  public CompletionStage<Readiness> readiness() {
    return hosted().thenCompose(this::readiness);
  }

  private CompletionStage<Readiness> readiness(GroupManager.Hosted hosted) {
    SortedSet<String> expected = new TreeSet<>(hosted.groups());
    expected.addAll(hosted.failures().keySet());
    return gather(expected.stream().map(groupId -> status(self, groupId)).toList()).thenApply(statuses -> {
      SortedSet<String> without = new TreeSet<>(expected);
      statuses.stream().flatMap(Optional::stream).filter(status -> status.leaderId().isPresent())
          .forEach(status -> without.remove(status.groupId()));
      hosted.failures().forEach((groupId, reason) -> {
        without.remove(groupId);
        without.add(groupId + " (" + reason + ")");
      });
      return new Readiness(without.isEmpty() && (hosted.registered() || !expected.isEmpty()), List.copyOf(without));
    });
  }

  private CompletionStage<AdminReply> transfer(String groupId, String leader, String target) {
    if (leader.equals(target)) {
      return completed(new AdminReply.Done());
    }
    return peers.find(leader, groupId)
        .map(peer -> AskPattern.<RaftPeer.Command, ChangeOutcome>ask(peer,
            replyTo -> new RaftPeer.TransferLeadership(PeerId.of(target), replyTo), TRANSFER_LIMIT, system.scheduler()))
        .orElseGet(() -> CompletableFuture.failedFuture(new IllegalStateException("no address of " + leader)))
        .handle((outcome, failure) -> failure != null
            ? new AdminReply.OutcomeUnknown("%s, which led %s, does not answer".formatted(leader, groupId))
            : switch (outcome) {
              case ChangeOutcome.Done _ -> new AdminReply.Done();
              case ChangeOutcome.NotLeader _ -> new AdminReply.Unavailable("%s leads %s no more".formatted(leader, groupId));
              case ChangeOutcome.Rejected(var reason) -> new AdminReply.Conflict(reason);
              case ChangeOutcome.OutcomeUnknown _ -> new AdminReply.OutcomeUnknown(
                  "leadership of %s moved while it was being transferred".formatted(groupId));
            });
  }

  private CompletionStage<AdminReply> execute(RegistryCommand command) {
    return meta.execute(command, META_LIMIT).thenApply(reply -> reply.map(RegistryAdmin::adminReply)
        .orElseGet(() -> new AdminReply.OutcomeUnknown("the group meta did not answer in time; the change may still be made")));
  }

  private static AdminReply adminReply(RegistryReply reply) {
    return switch (reply) {
      case RegistryReply.Accepted _ -> new AdminReply.Done();
      case RegistryReply.Refused(var reason, var detail) -> switch (reason) {
        case NOT_FOUND -> new AdminReply.NotFound(detail);
        case CONFLICT -> new AdminReply.Conflict(detail);
        case INVALID -> new AdminReply.Invalid(detail);
      };
    };
  }

  /** Looks again and again until the group's own log agrees with what is desired. */
  private CompletionStage<AdminReply> awaitSettled(String groupId, long deadlineNanos) {
    return read().thenCompose(registry -> {
      Optional<GroupEntry> group = registry.map(read -> read.groups().get(groupId));
      if (registry.isPresent() && group.isEmpty()) {
        return completed(new AdminReply.Conflict("%s was removed meanwhile".formatted(groupId)));
      }
      if (group.isPresent() && group.get().settled()) {
        return completed(new AdminReply.Done());
      }
      if (deadlineNanos - System.nanoTime() <= 0) {
        return completed(new AdminReply.OutcomeUnknown("%s is still changing to %s".formatted(groupId,
            group.map(entry -> entry.desired().toString()).orElse("what was asked for"))));
      }
      return CompletableFuture.runAsync(() -> {}, CompletableFuture.delayedExecutor(LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS))
          .thenCompose(_ -> awaitSettled(groupId, deadlineNanos));
    });
  }

  private CompletionStage<Optional<Registry>> read() {
    return meta.read(META_LIMIT);
  }

  /** The registry, or while nobody can read it what this node read last: who looks at a cluster in trouble wants to see something. */
  private CompletionStage<Registry> latest() {
    return meta.read(LOOK_LIMIT).thenCompose(registry -> registry.map(RegistryAdmin::completed)
        .orElseGet(() -> hosted().thenApply(GroupManager.Hosted::lastRegistry)));
  }

  private CompletionStage<GroupManager.Hosted> hosted() {
    return AskPattern.ask(manager, GroupManager.GetHosted::new, STATUS_LIMIT, system.scheduler());
  }

  private CompletionStage<List<Polled>> poll(Registry registry) {
    return gather(registry.groups().values().stream().map(this::poll).toList());
  }

  private CompletionStage<Polled> poll(GroupEntry group) {
    return gather(group.hosts().stream().map(node -> status(node, group.id())).toList()).thenApply(answers -> {
      SortedMap<String, ReplicaStatus> byNode = new TreeMap<>();
      answers.stream().flatMap(Optional::stream).forEach(status -> byNode.put(status.node().value(), status));
      return new Polled(group, byNode);
    });
  }

  /** What a replica says of itself; empty if it does not answer in time. */
  private CompletionStage<Optional<ReplicaStatus>> status(String node, String groupId) {
    return peers.find(node, groupId)
        .map(peer -> AskPattern.<RaftPeer.Command, ReplicaStatus>ask(peer, RaftPeer.GetStatus::new, STATUS_LIMIT, system.scheduler())
            .handle((status, _) -> Optional.ofNullable(status)))
        .orElseGet(() -> completed(Optional.empty()));
  }

  /** The leader of the highest term, if the replicas know one: a deposed one may not have heard yet. */
  private static Optional<ReplicaStatus> leader(Polled polled) {
    return polled.statuses.values().stream().filter(status -> status.role().equals(LEADER))
        .max(Comparator.comparingLong(ReplicaStatus::term));
  }

  private static GroupView groupView(Polled polled) {
    List<ReplicaView> replicas = polled.statuses.values().stream().map(status -> new ReplicaView(status.node().value(), status.role(),
        status.term(), status.commitIndex(), status.lastApplied(), status.lastIndex(), status.snapshotIndex())).toList();
    long term = polled.statuses.values().stream().mapToLong(ReplicaStatus::term).max().orElse(0);
    Members members = polled.group.inForce();
    return new GroupView(polled.group.id(), leader(polled).map(status -> status.node().value()), term, List.copyOf(members.voters()),
        List.copyOf(members.learners()), replicas);
  }

  private List<NodeView> nodeViews(Registry registry, List<Polled> polled) {
    Set<String> answered = new HashSet<>();
    answered.add(self);
    polled.forEach(group -> answered.addAll(group.statuses.keySet()));
    return registry.nodes().values().stream().map(node -> {
      List<String> groups = new ArrayList<>();
      registry.groups().values().stream().filter(group -> group.hosts().contains(node.id())).forEach(group -> groups.add(group.id()));
      // A node without replicas is asked nothing, so nothing is known against it.
      boolean up = groups.isEmpty() || answered.contains(node.id());
      return new NodeView(node.id(), book.addressOf(node.id()).orElse(node.address()), node.http(), up ? "up" : "unreachable", groups,
          groups.stream().mapToInt(ShardMap::shardsOf).sum());
    }).toList();
  }

  private static <T> CompletionStage<List<T>> gather(List<CompletionStage<T>> stages) {
    CompletionStage<List<T>> all = completed(new ArrayList<>());
    for (CompletionStage<T> stage : stages) {
      all = all.thenCombine(stage, (list, element) -> {
        list.add(element);
        return list;
      });
    }
    return all;
  }

  private static <T> CompletionStage<T> completed(T value) {
    return CompletableFuture.completedFuture(value);
  }

  private static long deadline() {
    return System.nanoTime() + CHANGE_LIMIT.toNanos();
  }
}
