package io.flotilla.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Option;

/** Which cluster a command talks to. */
final class EndpointOptions {
  @Option(names = "--endpoint", split = ",", paramLabel = "URL", description = "nodes to ask; default: those that run in --data")
  private List<URI> endpoints;

  @Option(names = "--data", defaultValue = ".flotilla", paramLabel = "DIR",
      description = "data folder of a local cluster (default: ${DEFAULT-VALUE})")
  private Path data;

  @Option(names = "--timeout", defaultValue = "10", paramLabel = "SECONDS",
      description = "how long to wait for an answer (default: ${DEFAULT-VALUE})")
  private int timeoutSeconds;

  Endpoints open() throws IOException {
    return new Endpoints(endpoints == null ? NodesFile.endpoints(data) : endpoints, Duration.ofSeconds(timeoutSeconds));
  }
}
