package io.flotilla.mapreduce.actor;

import io.flotilla.mapreduce.registry.WorkerSite;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/** Knocks at the port where a worker serves map output. Blocks for a moment. */
public final class SegmentPorts {
  private static final Duration LIMIT = Duration.ofSeconds(1);

  private SegmentPorts() {}

  /**
   * Whether that life of the worker is over for certain: its machine answers that nobody has the port, which each life draws anew. One
   * that is only slow, stopped or cut off is not, as its port is taken, or nothing answers.
   */
  public static boolean isClosed(WorkerSite site) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(site.host(), site.port()), (int) LIMIT.toMillis());
      return false;
    } catch (ConnectException _) {
      return true;
    } catch (IOException _) {
      return false;
    }
  }
}
