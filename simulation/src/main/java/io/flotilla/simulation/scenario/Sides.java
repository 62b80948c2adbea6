package io.flotilla.simulation.scenario;

import io.flotilla.raft.PeerId;
import io.flotilla.simulation.Simulation;
import io.flotilla.simulation.kv.KvSimulation;
import io.flotilla.simulation.world.Network;
import io.flotilla.simulation.world.Node;
import java.util.Collection;

/** Splits of a group in two. */
final class Sides {
  private Sides() {}

  /** No messages between the two, in either direction; all other links are whole. */
  static void split(Simulation group, Collection<PeerId> some, Collection<PeerId> others) {
    Network network = group.world().network();
    network.heal();
    some.forEach(one -> others.forEach(other -> cut(network, group.node(one), group.node(other))));
  }

  /** The client no longer reaches those. */
  static void keepFrom(Simulation group, KvSimulation.Client client, Collection<PeerId> peers) {
    peers.forEach(peer -> cut(group.world().network(), client.node(), group.node(peer)));
  }

  private static void cut(Network network, Node one, Node other) {
    network.cut(one, other);
    network.cut(other, one);
  }
}
