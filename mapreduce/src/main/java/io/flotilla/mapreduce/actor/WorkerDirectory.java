package io.flotilla.mapreduce.actor;

import java.util.Optional;
import java.util.SortedSet;
import org.apache.pekko.actor.typed.ActorRef;

/** Where the nodes' workers are. Thread-safe. */
public interface WorkerDirectory {
  /** The name under which a node's guardian spawns its worker, so that others reach it by path. */
  String NAME = "mapreduce-worker";

  /** Nodes that have a worker. */
  SortedSet<String> nodes();

  /** A node's worker, if the node's address is known; whether there is one shows when it answers. */
  Optional<ActorRef<WorkerProtocol>> find(String node);
}
