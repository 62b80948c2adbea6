package io.flotilla.cli;

import io.flotilla.node.ListeningPorts;
import io.flotilla.settings.SettingsReader;
import java.util.Set;

/** Which ports of this machine are free. */
final class Ports {
  /** Remoting listens this far above HTTP, below where systems take ports for outgoing connections. */
  private static final int REMOTING_OFFSET = 10_000;
  private static final int ATTEMPTS = 1_000;

  private Ports() {}

  /** Whether nobody listens there at the moment. */
  static boolean isFree(int port) {
    return ListeningPorts.isFree(NodeConfig.HOST, port);
  }

  /** A free port for the actor system of a node whose HTTP port is that one; none of {@code taken}. */
  static int forRemoting(int httpPort, Set<Integer> taken) {
    int first = httpPort + REMOTING_OFFSET <= SettingsReader.MAX_PORT - ATTEMPTS ? httpPort + REMOTING_OFFSET : httpPort - REMOTING_OFFSET;
    for (int port = first; port < first + ATTEMPTS; port++) {
      if (!taken.contains(port) && isFree(port)) {
        return port;
      }
    }
    throw new CommandFailedException("no free port from %d to %d for remoting".formatted(first, first + ATTEMPTS - 1));
  }
}
