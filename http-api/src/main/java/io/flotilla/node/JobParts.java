package io.flotilla.node;

import io.flotilla.http.JobMetrics;
import io.flotilla.kv.KvClient;
import io.flotilla.kv.registry.AddressBook;
import io.flotilla.kv.registry.Registry;
import io.flotilla.mapreduce.MapReduceSettings;
import io.flotilla.mapreduce.actor.AddressedWorkers;
import io.flotilla.mapreduce.actor.ClusterJobClient;
import io.flotilla.mapreduce.actor.CoordinatorBoard;
import io.flotilla.mapreduce.actor.MapReduceCoordinator;
import io.flotilla.mapreduce.actor.MapReduceWorker;
import io.flotilla.mapreduce.actor.SegmentPorts;
import io.flotilla.mapreduce.actor.WorkerDirectory;
import io.flotilla.mapreduce.child.ChildTaskRunner;
import io.flotilla.mapreduce.client.JobClient;
import io.flotilla.mapreduce.engine.LocalJobProbe;
import io.flotilla.mapreduce.engine.LocalTaskRunner;
import io.flotilla.mapreduce.engine.TaskEnvironment;
import io.flotilla.mapreduce.files.WorkFolder;
import io.flotilla.mapreduce.jobs.Jobs;
import io.flotilla.mapreduce.plan.FileJobPlanner;
import io.flotilla.mapreduce.store.RecordStore;
import io.flotilla.mapreduce.task.TaskRunner;
import io.flotilla.raft.actor.RaftClock;
import io.flotilla.raft.actor.ReplicaRefs;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/** What a node consists of for MapReduce, wired together: a worker, a coordinator for when it is this node's turn, a client. */
final class JobParts {
  private static final String COORDINATOR = "mapreduce-coordinator";
  private static final String JAR_JOBS = "mapreduce-jobs";

  private JobParts() {}

  /** Starts them; fails at once if the folder for tasks cannot be used, or the shuffle's host is not this machine's. */
  static JobClient start(ActorContext<?> context, NodeSettings settings, AddressBook book, KvClient client, MeterRegistry metrics) {
    ActorSystem<?> system = context.getSystem();
    MapReduceSettings mapReduce = settings.mapReduce();
    Optional<RecordStore> store = Optional.of(new RecordStore(client));
    ChildTaskRunner runner = runner(settings, client, store);
    stopWithSystem(system, runner);
    CoordinatorBoard board = new CoordinatorBoard();
    context.spawn(MapReduceWorker.create(new MapReduceWorker.Setup(settings.self().id(), mapReduce.shuffle().host(),
        () -> slots(settings, book), runner, settings.coordination().heartbeatInterval(), settings.coordination().coordinatorSilence(),
        RaftClock.system(), board)), WorkerDirectory.NAME);
    ReplicaRefs replicas = new ReplicaRefs(system);
    context.spawn(MapReduceCoordinator.create(new MapReduceCoordinator.Setup(settings.self().id(), new AddressedWorkers(system, book),
        SegmentPorts::isClosed,
        () -> replicas.peer(system.address().toString(), Registry.META),
        new FileJobPlanner(mapReduce, runner.probe(new LocalJobProbe(mapReduce, store, Jobs::builtIn)), store), settings.coordination(),
        RaftClock.system(), new JobMetrics(metrics))), COORDINATOR);
    return new ClusterJobClient(system, board);
  }

  private static ChildTaskRunner runner(NodeSettings settings, KvClient client, Optional<RecordStore> store) {
    String configured = settings.mapReduce().directory();
    Path folder = configured.isEmpty() ? settings.folder().resolve("mapreduce") : Path.of(configured);
    TaskEnvironment environment = new TaskEnvironment(settings.mapReduce(), settings.self().id(), new WorkFolder(folder), store);
    try {
      return new ChildTaskRunner(LocalTaskRunner.start(environment), client, environment, settings.config(),
          settings.folder().resolve(JAR_JOBS));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot run MapReduce tasks in %s: %s".formatted(folder, e.getMessage()), e);
    }
  }

  /** Nodes on one machine share its processors, and tasks share the node's heap. */
  private static int slots(NodeSettings settings, AddressBook book) {
    String here = settings.self().host() + ":";
    long neighbours = book.nodes().stream().filter(node -> book.addressOf(node).orElse("").startsWith(here)).count();
    Runtime machine = Runtime.getRuntime();
    long taskBytes = (long) settings.mapReduce().sortBufferBytes() + settings.mapReduce().shuffle().bufferBytes();
    return settings.coordination().slots(machine.availableProcessors(), (int) Math.max(1, neighbours), machine.maxMemory(), taskBytes);
  }

  private static void stopWithSystem(ActorSystem<?> system, TaskRunner runner) {
    CoordinatedShutdown.get(system).addTask(CoordinatedShutdown.PhaseServiceStop(), "stop-tasks",
        () -> CompletableFuture.supplyAsync(() -> {
          runner.close();
          return Done.getInstance();
        }, system.dispatchers().lookup(DispatcherSelector.blocking())));
  }
}
