package io.flotilla.kv.registry;

import io.flotilla.kv.registry.Reconciliation.Action;
import io.flotilla.kv.router.DirectorySnapshot;
import io.flotilla.raft.Effect.ChangeOutcome;
import io.flotilla.raft.Membership;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.actor.RaftPeer;
import io.flotilla.raft.actor.Replica;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Makes what runs on this node agree with the registry: starts at once the replicas that the data folder remembers, then reads the
 * registry again and again, starts and removes replicas, and where a group's leader is here, changes the group's membership until it is
 * the desired one. Judgement is {@link Reconciliation}'s and, about memberships, the Raft core's.
 *
 * <p>Writes a small file now and then, so it belongs on a dispatcher for blocking work.
 */
public final class GroupManager extends AbstractMatchingBehavior<GroupManager.Command> {
  public sealed interface Command {}

  /** A replica that was to stop has stopped. */
  public record ReplicaStopped(String groupId) implements Command {}

  /** A replica failed and stays stopped. */
  public record ReplicaFailed(String groupId, String reason) implements Command {}

  /** What is on this node? */
  public record GetHosted(ActorRef<Hosted> replyTo) implements Command {}

  private enum Poll implements Command { INSTANCE }

  private record RegistryRead(Optional<Registry> registry) implements Command {}

  private record ChangeEnded(String groupId, long desiredNumber, Optional<ChangeOutcome> outcome) implements Command {}

  private record Erased(String groupId) implements Command {}

  private record Told() implements Command {}

  /**
   * What is on this node.
   *
   * @param groups with a replica here
   * @param failures why a replica that should be here does not run, by group
   * @param registered whether the registry knows this node as it is now
   * @param lastRegistry as this node read it last
   * @param metaLeader the node that leads {@code meta}, as far as this one knows
   */
  public record Hosted(SortedSet<String> groups, SortedMap<String, String> failures, boolean registered, Registry lastRegistry,
      Optional<String> metaLeader) {
    public Hosted {
      groups = Collections.unmodifiableSortedSet(new TreeSet<>(groups));
      failures = Collections.unmodifiableSortedMap(new TreeMap<>(failures));
    }
  }

  /**
   * Who this node is and how a cluster begins.
   *
   * @param self where others reach this node's actor system
   * @param http base URL of its REST interface
   * @param folder its data folder
   * @param founding the groups of a new cluster with their voters; used once, while the folder is empty. Empty on a node that is
   *     added to a cluster
   * @param pollInterval between two looks at the registry
   */
  public record Settings(AddressBook.Contact self, Optional<String> http, Path folder,
      SortedMap<String, SortedSet<String>> founding, Duration pollInterval) {}

  private static final Duration READ_LIMIT = Duration.ofSeconds(2);
  private static final Duration COMMAND_LIMIT = Duration.ofSeconds(3);
  private static final Duration CHANGE_LIMIT = Duration.ofSeconds(20);
  private static final String LOST = "this node is a voter of the group but has lost its data: take it out of the group's members, "
      + "then add it again";

  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final Settings settings;
  private final AddressBook book;
  private final Peers peers;
  private final MetaClient meta;
  private final ReplicaFactory factory;
  private final ActorRef<HostCommand> host;
  private final Consumer<DirectorySnapshot> directory;
  private final HostedReplicas hosted;
  private final Map<String, Replica> running = new HashMap<>();
  private final Map<String, String> failures = new HashMap<>();
  private final Set<String> removing = new HashSet<>();
  private final Map<String, Long> changing = new HashMap<>();
  private Registry registry = Registry.EMPTY;

  private GroupManager(ActorContext<Command> context, TimerScheduler<Command> timers, Settings settings, AddressBook book,
      ReplicaFactory factory, ActorRef<HostCommand> host, Consumer<DirectorySnapshot> directory) {
    super(context);
    this.context = context;
    this.timers = timers;
    this.settings = settings;
    this.book = book;
    this.peers = new Peers(context.getSystem(), book);
    this.meta = new MetaClient(context.getSystem(), book, peers);
    this.factory = factory;
    this.host = host;
    this.directory = directory;
    this.hosted = openHosted();
  }

  /**
   * A manager. Fails at once if the data folder's list of replicas cannot be read.
   *
   * @param directory is told where groups and nodes are, whenever that changes
   */
  public static Behavior<Command> create(Settings settings, AddressBook book, ReplicaFactory factory, ActorRef<HostCommand> host,
      Consumer<DirectorySnapshot> directory) {
    return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
      GroupManager manager = new GroupManager(context, timers, settings, book, factory, host, directory);
      directory.accept(Directories.remembered(manager.hosted.byGroup().values(), book));
      manager.hosted.byGroup().values().forEach(manager::run);
      context.getSelf().tell(Poll.INSTANCE);
      return manager;
    }));
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case Poll _ -> onPoll();
      case RegistryRead(var read) -> onRegistryRead(read);
      case ChangeEnded ended -> onChangeEnded(ended);
      case ReplicaStopped(var groupId) -> onReplicaStopped(groupId);
      case ReplicaFailed(var groupId, var reason) -> failures.put(groupId, reason);
      case Erased(var groupId) -> onErased(groupId);
      case GetHosted(var replyTo) -> onGetHosted(replyTo);
      case Told _ -> { }
    }
    return this;
  }

  private void onPoll() {
    context.pipeToSelf(meta.read(READ_LIMIT), (read, _) -> new RegistryRead(read == null ? Optional.empty() : read));
  }

  private void onRegistryRead(Optional<Registry> read) {
    read.filter(news -> news.number() >= registry.number()).ifPresent(this::onRegistry);
    timers.startSingleTimer(Poll.INSTANCE, settings.pollInterval());
  }

  private void onRegistry(Registry news) {
    boolean changed = news.number() > registry.number();
    registry = news;
    if (changed) {
      book.update(news);
      directory.accept(Directories.registered(news, book));
    }
    if (news.groups().isEmpty() && !settings.founding().isEmpty()) {
      tell(new RegistryCommand.Found(settings.founding()));
    }
    if (!isRegistered()) {
      AddressBook.Contact self = settings.self();
      tell(new RegistryCommand.RegisterNode(self.id(), self.host(), self.port(), settings.http(), hosted.folderId()));
      return; // whether a replica may start here depends on when this folder was registered
    }
    Reconciliation.plan(settings.self().id(), news, hosted.byGroup()).forEach(this::carryOut);
    news.groups().values().stream().filter(group -> !group.settled() && running.containsKey(group.id())).forEach(this::change);
  }

  private boolean isRegistered() {
    AddressBook.Contact self = settings.self();
    NodeEntry entry = registry.nodes().get(self.id());
    return entry != null && entry.address().equals(self.address()) && entry.http().equals(settings.http())
        && entry.folderId().equals(hosted.folderId());
  }

  private void carryOut(Action action) {
    switch (action) {
      case Action.Start(var replica) -> {
        save(() -> hosted.add(replica));
        failures.remove(replica.groupId());
        run(replica);
      }
      case Action.Remove(var groupId) -> {
        if (removing.add(groupId)) {
          context.getLog().info("{}/{} belongs to the group no more and is removed", settings.self().id(), groupId);
          host.tell(new HostCommand.StopReplica(groupId));
        }
      }
      case Action.ConfirmRemoved(var groupId) -> {
        failures.remove(groupId);
        tell(new RegistryCommand.ReplicaRemoved(groupId, settings.self().id()));
      }
      case Action.RefuseLost(var groupId) -> {
        if (failures.put(groupId, LOST) == null) {
          context.getLog().error("{}/{}: {}", settings.self().id(), groupId, LOST);
        }
      }
    }
  }

  private void run(HostedReplica replica) {
    Set<PeerId> founders = replica.foundingVoters().stream().map(PeerId::of).collect(Collectors.toSet());
    Replica started = factory.create(replica.groupId(), founders.isEmpty() ? Membership.NONE : Membership.ofVoters(founders));
    running.put(replica.groupId(), started);
    host.tell(new HostCommand.StartReplica(started));
  }

  /** Asks the replica here to bring about what is desired; unless it leads it says so at once, and then it is another node's task. */
  private void change(GroupEntry group) {
    Long underWay = changing.get(group.id());
    if (underWay != null && underWay == group.desiredNumber()) {
      return;
    }
    peers.find(settings.self().id(), group.id()).ifPresent(peer -> {
      changing.put(group.id(), group.desiredNumber());
      context.pipeToSelf(AskPattern.<RaftPeer.Command, ChangeOutcome>ask(peer,
          replyTo -> new RaftPeer.ChangeMembership(peerIds(group.desired().voters()), peerIds(group.desired().learners()), replyTo),
          CHANGE_LIMIT, context.getSystem().scheduler()),
          (outcome, _) -> new ChangeEnded(group.id(), group.desiredNumber(), Optional.ofNullable(outcome)));
    });
  }

  private void onChangeEnded(ChangeEnded ended) {
    changing.remove(ended.groupId(), ended.desiredNumber());
    switch (ended.outcome().orElseGet(ChangeOutcome.OutcomeUnknown::new)) {
      case ChangeOutcome.Done _ -> tell(new RegistryCommand.MembersInForce(ended.groupId(), ended.desiredNumber()));
      case ChangeOutcome.Rejected(var reason) -> context.getLog().info("{} cannot change its members yet: {}", ended.groupId(), reason);
      case ChangeOutcome.NotLeader _, ChangeOutcome.OutcomeUnknown _ -> { }
    }
  }

  private void onReplicaStopped(String groupId) {
    Replica stopped = running.remove(groupId);
    if (stopped != null && removing.contains(groupId)) {
      Adapter.actorOf(context, ReplicaEraser.props(stopped.persistenceId(), context.getSelf(), new Erased(groupId)));
    }
  }

  private void onErased(String groupId) {
    removing.remove(groupId);
    failures.remove(groupId);
    save(() -> hosted.remove(groupId));
    tell(new RegistryCommand.ReplicaRemoved(groupId, settings.self().id()));
  }

  private void onGetHosted(ActorRef<Hosted> replyTo) {
    replyTo.tell(new Hosted(new TreeSet<>(hosted.byGroup().keySet()), new TreeMap<>(failures), isRegistered(),
        registry, meta.leader()));
  }

  /** Sends a command once; whatever it was about is looked at again at the next poll. */
  private void tell(RegistryCommand command) {
    context.pipeToSelf(meta.execute(command, COMMAND_LIMIT), (reply, _) -> {
      if (reply != null && reply.isPresent() && reply.get() instanceof RegistryReply.Refused refused) {
        context.getLog().warn("The registry refused {}: {}", command, refused.detail());
      }
      return new Told();
    });
  }

  private static SortedSet<PeerId> peerIds(Collection<String> nodes) {
    return nodes.stream().map(PeerId::of).collect(Collectors.toCollection(TreeSet::new));
  }

  private HostedReplicas openHosted() {
    try {
      return HostedReplicas.open(settings.folder(), Reconciliation.founding(settings.self().id(), settings.founding()));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot use the list of replicas in %s: %s".formatted(settings.folder(), e.getMessage()), e);
    }
  }

  private interface Save {
    void run() throws IOException;
  }

  /** What is not written down must not run: this node stops rather than forget a replica. */
  private void save(Save save) {
    try {
      save.run();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the list of replicas in %s: %s".formatted(settings.folder(), e.getMessage()), e);
    }
  }
}
