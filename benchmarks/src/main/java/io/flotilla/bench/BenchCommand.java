package io.flotilla.bench;

import com.typesafe.config.ConfigFactory;
import io.flotilla.kv.KvClient;
import io.flotilla.kv.router.KvClients;
import io.flotilla.terminal.Interruption;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code flotilla bench}: one measurement for each combination of read share and connections, one after the other in this process, so
 * that all but the first find a warm client.
 */
@Command(name = "bench", mixinStandardHelpOptions = true, subcommands = FailoverCommand.class,
    description = "Puts load on a cluster and measures throughput and latency.",
    footer = {"", "Without --rate a closed loop: a connection's next operation begins when the last one ends. With --rate an open",
      "loop: operations begin at fixed times, and latency counts from when one should have begun.",
      "Exit status: 0 done, 1 nothing succeeded, 2 wrong usage."})
public final class BenchCommand implements Callable<Integer> {
  /** Who carries the operations. */
  enum ClientKind {
    http, java
  }

  /** Which nodes are asked. */
  enum Target {
    any, leader
  }

  /** Whose API. */
  enum Api {
    flotilla, etcd
  }

  /** Less than the ports that a machine has for connections to one address. */
  private static final int MAX_CONNECTIONS = 20_000;
  private static final int MAX_RATE = 10_000_000;
  private static final int MAX_KEYS = 1_000_000_000;

  @Spec
  private CommandSpec spec;

  @Option(names = "--endpoint", converter = PlainNodeUrl.class, split = ",", paramLabel = "URL",
      description = "the nodes to use; default: those of --data")
  private List<URI> endpoints;

  @Option(names = "--data", defaultValue = ".flotilla", description = "data folder of a local cluster (default: ${DEFAULT-VALUE})")
  private Path data;

  @Option(names = "--client", defaultValue = "http", description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  private ClientKind client;

  @Option(names = "--target", defaultValue = "any",
      description = "over HTTP: spread over all nodes, or only the store's leader: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  private Target target;

  @Option(names = "--api", defaultValue = "flotilla",
      description = "over HTTP: ${COMPLETION-CANDIDATES} (its JSON gateway), to compare (default: ${DEFAULT-VALUE})")
  private Api api;

  @Option(names = "--connections", split = ",", defaultValue = "64", paramLabel = "N",
      description = "operations outstanding at once, over HTTP each on its own connection; several: one measurement each "
          + "(default: ${DEFAULT-VALUE})")
  private List<Integer> connections;

  @Option(names = "--rate", defaultValue = "0", paramLabel = "PER_SECOND", description = "open loop at this rate; 0: closed loop")
  private double rate;

  @Option(names = "--read-share", split = ",", defaultValue = "0", paramLabel = "SHARE",
      description = "0 only writes … 1 only reads; several: one measurement each (default: ${DEFAULT-VALUE})")
  private List<Double> readShares;

  @Option(names = "--keys", defaultValue = "1000", description = "used in turn (default: ${DEFAULT-VALUE})")
  private int keys;

  @Option(names = "--value-size", defaultValue = "256", description = "bytes (default: ${DEFAULT-VALUE})")
  private int valueSizeBytes;

  @Option(names = "--prime", defaultValue = "0s", converter = DurationOption.class,
      description = "before all: three quarters writes, one quarter reads, with 64 outstanding (default: ${DEFAULT-VALUE})")
  private Duration prime;

  @Option(names = "--warmup", defaultValue = "3s", converter = DurationOption.class,
      description = "before each measurement, not counted (default: ${DEFAULT-VALUE})")
  private Duration warmup;

  @Option(names = "--duration", defaultValue = "8s", converter = DurationOption.class,
      description = "of each measurement (default: ${DEFAULT-VALUE})")
  private Duration duration;

  @Option(names = "--timeout", defaultValue = "10s", converter = DurationOption.class,
      description = "silence after which an operation counts as failed (default: ${DEFAULT-VALUE})")
  private Duration timeout;

  @Option(names = "--json", description = "one JSON object a measurement instead of a table")
  private boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    validate();
    try {
      return Interruption.reaching(this::run);
    } catch (InterruptedException e) {
      spec.commandLine().getErr().println("Interrupted: what was being measured counts as far as it came.");
      throw e;
    }
  }

  private int run() throws IOException, InterruptedException {
    List<URI> nodes = endpoints != null ? endpoints : Cluster.ofFolder(data);
    return switch (client) {
      case http -> measure(httpEngine(nodes));
      case java -> measureWithJavaClient(nodes);
    };
  }

  private int measureWithJavaClient(List<URI> nodes) throws IOException, InterruptedException {
    try (KvClient connected = KvClients.connect(Cluster.addresses(nodes), ConfigFactory.load())) {
      return measure(new JavaClientEngine(connected));
    }
  }

  private void validate() {
    connections.forEach(count ->
        require(count >= 1 && count <= MAX_CONNECTIONS, "--connections is 1 to %d, not %d", MAX_CONNECTIONS, count));
    readShares.forEach(share -> require(share >= 0 && share <= 1, "--read-share is 0 to 1, not %s", share));
    require(rate >= 0 && rate <= MAX_RATE, "--rate is 0 to %d, not %s", MAX_RATE, rate);
    require(keys >= 1 && keys <= MAX_KEYS, "--keys is 1 to %d, not %d", MAX_KEYS, keys);
    require(duration.isPositive(), "--duration is more than 0 ms, not %d ms", duration.toMillis());
    require(timeout.isPositive(), "--timeout is more than 0 ms, not %d ms", timeout.toMillis());
    require(valueSizeBytes >= 0, "--value-size is 0 or more, not %d", valueSizeBytes);
    require(client == ClientKind.http || api == Api.flotilla, "--api etcd goes with --client http");
  }

  private void require(boolean holds, String rule, Object... values) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), rule.formatted(values));
    }
  }

  private LoadEngine httpEngine(List<URI> nodes) throws IOException, InterruptedException {
    List<URI> used = target == Target.any ? nodes : List.of(Cluster.leader(nodes, "g1"));
    Values values = new Values(valueSizeBytes);
    Dialect dialect = switch (api) {
      case flotilla -> new Dialect.Flotilla(values, valueSizeBytes);
      case etcd -> new Dialect.Etcd(values);
    };
    return new HttpEngine(used.stream().map(url -> new InetSocketAddress(url.getHost(), url.getPort())).toList(), dialect);
  }

  private int measure(LoadEngine engine) throws InterruptedException {
    Meter meter = new Meter();
    Progress progress = new Progress(!json);
    Report report = new Report(spec.commandLine().getOut(), json, api == Api.etcd ? "etcd-http" : client.name());
    prepare(engine, meter, progress);
    boolean allSucceeded = true;
    for (double readShare : readShares) {
      for (int outstanding : connections) {
        Workload workload = workload(outstanding, readShare);
        Meter.Interval measured = measure(engine, workload, meter, progress, report);
        allSucceeded &= measured.all().getTotalCount() > 0;
      }
    }
    return allSucceeded ? 0 : 1;
  }

  private Workload workload(int outstanding, double readShare) {
    return new Workload(outstanding, readShare, keys, valueSizeBytes, timeout);
  }

  /** Reads have to find something, and a virtual machine that has seen only one kind of operation is warm for that one alone. */
  private void prepare(LoadEngine engine, Meter meter, Progress progress) throws InterruptedException {
    if (readShares.stream().anyMatch(share -> share > 0)) {
      engine.start(workload(64, 0), new Pace.Times(keys), meter).awaitEnd();
    }
    if (prime.isPositive()) {
      pass(engine, workload(64, 0), meter, progress, "priming with writes", prime.multipliedBy(3).dividedBy(4));
      pass(engine, workload(64, 1), meter, progress, "priming with reads", prime.dividedBy(4));
    }
  }

  private static void pass(LoadEngine engine, Workload workload, Meter meter, Progress progress, String what, Duration time)
      throws InterruptedException {
    LoadEngine.Run run = engine.start(workload, new Pace.ClosedLoop(), meter);
    progress.pass(what, time, meter);
    run.stop();
  }

  /** Prints what it measured, though it be interrupted. */
  private Meter.Interval measure(LoadEngine engine, Workload workload, Meter meter, Progress progress, Report report)
      throws InterruptedException {
    Pace pace = rate > 0 ? new Pace.OpenLoop(rate, System.nanoTime()) : new Pace.ClosedLoop();
    LoadEngine.Run run = engine.start(workload, pace, meter);
    progress.pass("warming up", warmup, meter);
    meter.turn();
    Meter.Interval measured;
    try {
      progress.pass("measuring", duration, meter);
    } finally {
      measured = meter.turn();
      report.print(workload, rate, measured);
    }
    run.stop();
    return measured;
  }
}
