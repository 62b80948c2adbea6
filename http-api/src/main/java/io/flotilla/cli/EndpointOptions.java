package io.flotilla.cli;

import io.flotilla.bench.NodeUrl;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLSocketFactory;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Which cluster a command talks to. */
final class EndpointOptions {
  private static final int MAX_SECONDS = 3600;

  /** A time to wait. */
  static final class Seconds implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String value) {
      if (!value.matches("[0-9]{1,4}") || Integer.parseInt(value) < 1 || Integer.parseInt(value) > MAX_SECONDS) {
        throw new TypeConversionException("'%s' is no whole number from 1 to %d".formatted(value, MAX_SECONDS));
      }
      return Duration.ofSeconds(Integer.parseInt(value));
    }
  }

  @Option(names = "--endpoint", converter = NodeUrl.class, split = ",", paramLabel = "URL",
      description = "nodes to ask; default: those that run in --data")
  private List<URI> endpoints;

  @Option(names = "--data", defaultValue = ".flotilla", paramLabel = "DIR",
      description = "data folder of a local cluster (default: ${DEFAULT-VALUE})")
  private Path data;

  @Option(names = "--cacert", converter = TrustedCertificates.class, paramLabel = "FILE",
      description = "over HTTPS: trust the certificates of this PEM file; default: those that the JDK trusts")
  private SSLSocketFactory trusted;

  @Option(names = "--timeout", converter = Seconds.class, defaultValue = "10", paramLabel = "SECONDS",
      description = "how long a node may take to answer before another is asked (default: ${DEFAULT-VALUE})")
  private Duration timeout;

  Endpoints open() throws IOException {
    return open(Duration.ZERO);
  }

  /** For requests of which a node may take that long. */
  Endpoints open(Duration atLeast) throws IOException {
    return new Endpoints(endpoints == null ? NodesFile.endpoints(data) : endpoints, timeout.compareTo(atLeast) < 0 ? atLeast : timeout,
        Optional.ofNullable(trusted));
  }
}
