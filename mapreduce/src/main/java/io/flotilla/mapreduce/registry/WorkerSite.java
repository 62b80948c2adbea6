package io.flotilla.mapreduce.registry;

/**
 * One life of one node's worker: what it has on its disk ends with it.
 *
 * @param incarnation when the worker started, milliseconds since the epoch; tells it from the node's earlier ones
 * @param host where it serves segments of map output
 */
public record WorkerSite(String node, long incarnation, String host, int port) {
  @Override
  public String toString() {
    return "%s(%d)".formatted(node, incarnation);
  }
}
