package io.flotilla.simulation.world;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.AbstractExtensionId;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Extension;

/** Tells the plugins of an actor system whose disk holds what: all nodes of a run share the plugins. */
public final class SimulatedStorage implements Extension {
  private static final class Id extends AbstractExtensionId<SimulatedStorage> {
    @Override
    public SimulatedStorage createExtension(ExtendedActorSystem system) {
      return new SimulatedStorage();
    }
  }

  private static final Id ID = new Id();

  private final Map<String, Disk> disks = new HashMap<>();

  private SimulatedStorage() {}

  public static SimulatedStorage get(ActorSystem system) {
    return ID.get(system);
  }

  /** From now on that persistence id is kept on that node's disk. */
  public void keep(String persistenceId, Node node) {
    disks.put(persistenceId, node.disk());
  }

  /** Empty if nobody keeps it: it is not of this run. */
  Optional<Disk> diskOf(String persistenceId) {
    return Optional.ofNullable(disks.get(persistenceId));
  }

  void clear() {
    disks.clear();
  }
}
