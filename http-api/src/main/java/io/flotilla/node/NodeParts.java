package io.flotilla.node;

import io.flotilla.http.HttpServer;
import io.flotilla.http.ReplicaGauges;
import io.flotilla.kv.KvClient;
import io.flotilla.kv.registry.AddressBook;
import io.flotilla.kv.registry.ClusterAdmin;
import io.flotilla.kv.registry.GroupManager;
import io.flotilla.kv.registry.HostCommand;
import io.flotilla.kv.registry.Registry;
import io.flotilla.kv.registry.RegistryAdmin;
import io.flotilla.kv.registry.RegistryStateMachine;
import io.flotilla.kv.registry.ReplicaFactory;
import io.flotilla.kv.router.DirectoryProtocol;
import io.flotilla.kv.router.KvClients;
import io.flotilla.kv.router.ReplicaResolver;
import io.flotilla.kv.router.Router;
import io.flotilla.kv.store.KvStateMachine;
import io.flotilla.mapreduce.client.JobClient;
import io.flotilla.mapreduce.registry.JobsStateMachine;
import io.flotilla.persistence.SnapshotArchive;
import io.flotilla.persistence.rocksdb.RocksPersistence;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.actor.ArteryNetwork;
import io.flotilla.raft.actor.FileSnapshotSpool;
import io.flotilla.raft.actor.RaftClock;
import io.flotilla.raft.actor.Replica;
import io.flotilla.raft.machine.SectionedStateMachine;
import io.flotilla.raft.machine.StateMachine;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/** What a node consists of beside its Raft groups, wired together. */
record NodeParts(ActorSystem<?> system, NodeSettings settings, ActorRef<GroupManager.Command> manager, ClusterAdmin admin,
    KvClient client, JobClient jobs, PrometheusMeterRegistry metrics) {
  private static final String MANAGER = "groups";

  /** Starts everything but the REST interface. */
  static NodeParts start(ActorContext<?> context, NodeSettings settings, ActorRef<HostCommand> host) {
    ActorSystem<?> system = context.getSystem();
    // First of all: a folder that the database refuses must stop the start.
    SnapshotArchive archive = RocksPersistence.get(system).snapshotArchive();
    AddressBook book = new AddressBook(NodeSettings.SYSTEM, settings.contacts());
    ActorRef<Router.Command> router = context.spawn(Router.create(settings.kv(),
        Optional.of(PeerId.of(settings.self().id())), ReplicaResolver.of(system), new SplittableRandom()), "kv-router");
    DirectoryBoard directory = new DirectoryBoard(router);
    context.spawn(directory.served(), DirectoryProtocol.NAME);
    ReplicaFactory factory = replicas(system, settings, book, archive);
    ActorRef<GroupManager.Command> manager = context.spawn(GroupManager.create(
        new GroupManager.Settings(settings.self(), Optional.of(settings.httpUrl()), settings.folder(), settings.founding(),
            settings.registryPollInterval()), book, factory, host, directory), MANAGER, DispatcherSelector.blocking());
    ClusterAdmin admin = new RegistryAdmin(system, book, settings.self().id(), manager);
    context.spawn(ClusterJoining.create(settings.self().id(), book, manager), "cluster-joining");
    CoordinatedShutdown.get(system).addTask(CoordinatedShutdown.PhaseBeforeServiceUnbind(), "hand-over-leaderships",
        () -> Handover.run(admin, settings.self().id()));
    PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    context.spawn(ReplicaMetrics.create(admin, new ReplicaGauges(metrics, settings.self().id())), "replica-metrics");
    KvClient client = KvClients.inNode(router);
    return new NodeParts(system, settings, manager, admin, client, JobParts.start(context, settings, book, client, metrics), metrics);
  }

  CompletionStage<HttpServer.Binding> serveHttp() {
    return HttpServer.start(system, client, admin, jobs, settings.http(), metrics);
  }

  /** Requests under way are answered before the node goes. */
  void stopWithSystem(HttpServer.Binding binding) {
    CoordinatedShutdown.get(system).addTask(CoordinatedShutdown.PhaseServiceRequestsDone(), "drain-http", binding::stop);
  }

  private static ReplicaFactory replicas(ActorSystem<?> system, NodeSettings settings, AddressBook book, SnapshotArchive archive) {
    return (groupId, bootstrap) -> new Replica(groupId, PeerId.of(settings.self().id()), bootstrap, settings.raft(),
        machines(groupId), new ArteryNetwork(system, groupId, peer -> book.systemOf(peer.value())), archive,
        new FileSnapshotSpool(settings.folder().resolve("spool").resolve(groupId)), RaftClock.system(), new SplittableRandom());
  }

  private static Supplier<StateMachine> machines(String groupId) {
    return groupId.equals(Registry.META)
        ? () -> new SectionedStateMachine(new RegistryStateMachine(), Map.of(JobsStateMachine.TAG, new JobsStateMachine()))
        : KvStateMachine::new;
  }
}
