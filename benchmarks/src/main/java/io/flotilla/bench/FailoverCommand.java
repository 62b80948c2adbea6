package io.flotilla.bench;

import java.io.IOException;
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

/** {@code flotilla bench failover}. */
@Command(name = "failover", mixinStandardHelpOptions = true,
    description = "Writes one value after the other and reports the longest time without a success: kill a node meanwhile.")
final class FailoverCommand implements Callable<Integer> {
  @Spec
  private CommandSpec spec;

  @Option(names = "--endpoint", converter = PlainNodeUrl.class, split = ",", paramLabel = "URL",
      description = "the nodes to use; default: those of --data")
  private List<URI> endpoints;

  @Option(names = "--data", defaultValue = ".flotilla", description = "data folder of a local cluster (default: ${DEFAULT-VALUE})")
  private Path data;

  @Option(names = "--duration", defaultValue = "15s", converter = DurationOption.class, description = "default: ${DEFAULT-VALUE}")
  private Duration duration;

  @Option(names = "--value-size", defaultValue = "256", description = "bytes; default: ${DEFAULT-VALUE}")
  private int valueSizeBytes;

  @Option(names = "--json", description = "one JSON object instead of a sentence")
  private boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (valueSizeBytes < 0) {
      throw new ParameterException(spec.commandLine(), "--value-size is not negative");
    }
    List<URI> nodes = endpoints != null ? endpoints : Cluster.ofFolder(data);
    Failover.Result result = new Failover(nodes).run(duration, valueSizeBytes);
    new Report(spec.commandLine().getOut(), json, "http").printGaps(result);
    return result.successes() > 0 && result.recovered() ? 0 : 1;
  }
}
