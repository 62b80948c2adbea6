package io.flotilla.node;

import com.typesafe.config.Config;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** The ports that a node is to listen at. Tried before anything starts, so that one line tells of one that is held. */
public final class ListeningPorts {
  private ListeningPorts() {}

  /**
   * Checks that a node can listen where it is told to. Another program may still be quicker.
   *
   * @throws IllegalArgumentException another program listens there, or the address is not this machine's
   */
  static void check(NodeSettings node) {
    Config bind = node.config().getConfig("pekko.remote.artery.bind");
    if (bind.getString("hostname").isEmpty() && bind.getString("port").isEmpty()) { // else remoting listens at another address
      check("the other nodes", node.self().host(), node.self().port());
    }
    check("HTTP", node.http().host(), node.http().port());
  }

  private static void check(String purpose, String host, int port) {
    try {
      tryOut(host, port);
    } catch (IOException cannot) {
      throw new IllegalArgumentException(refusal(purpose, host, port, cannot.getMessage()), cannot);
    }
  }

  static String refusal(String purpose, String host, int port, String reason) {
    return "port %d of %s, for %s, cannot be used: %s".formatted(port, host, purpose, reason);
  }

  /** Whether nobody listens there at the moment. */
  public static boolean isFree(String host, int port) {
    try {
      tryOut(host, port);
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  private static void tryOut(String host, int port) throws IOException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true); // else a connection that has just ended would count
      socket.bind(new InetSocketAddress(host, port));
    }
  }
}
