package io.flotilla.raft.actor;

import io.flotilla.raft.LogEntry;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.RaftMessage;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * Reaches the other replicas by Pekko remoting. It needs their addresses, not their membership in the Pekko cluster: a majority
 * works whoever else is down. Large messages take a lane of their own, so that heartbeats do not wait behind them.
 */
public final class ArteryNetwork implements Network {
  /** Both ways to one peer, as of one address. */
  private record Route(String address, ActorRef<RaftPeer.Command> peer, ActorRef<RaftPeer.Command> bulk) {}

  private final ActorRefResolver resolver;
  private final String groupId;
  private final Function<PeerId, Optional<String>> addresses;
  private final long maxOrdinaryBytes;
  private final Map<PeerId, Route> routes = new ConcurrentHashMap<>();

  /**
   * The network of one group.
   *
   * @param addresses the address book: each peer's actor system as {@code pekko://system@host:port}, as far as known; asked for
   *     each message, so it may change at run time. Thread-safe and quick
   */
  public ArteryNetwork(ActorSystem<?> system, String groupId, Function<PeerId, Optional<String>> addresses) {
    this.resolver = ActorRefResolver.get(system);
    this.groupId = groupId;
    this.addresses = addresses;
    this.maxOrdinaryBytes = system.settings().config().getBytes("pekko.remote.artery.advanced.maximum-frame-size") / 2;
  }

  /** To a peer without an address the message is lost, as it would be on the way. */
  @Override
  public void send(PeerId to, RaftMessage message) {
    addresses.apply(to).map(address -> route(to, address)).ifPresent(route -> {
      ActorRef<RaftPeer.Command> receiver = isLarge(message) ? route.bulk : route.peer;
      receiver.tell(new RaftPeer.FromPeer(message));
    });
  }

  private Route route(PeerId to, String address) {
    Route known = routes.get(to);
    if (known != null && known.address.equals(address)) {
      return known;
    }
    Route resolved = new Route(address, resolver.resolveActorRef(RaftPaths.peer(address, groupId)),
        resolver.resolveActorRef(RaftPaths.bulk(address, groupId)));
    routes.put(to, resolved);
    return resolved;
  }

  private boolean isLarge(RaftMessage message) {
    return switch (message) {
      case RaftMessage.InstallSnapshot _ -> true;
      case RaftMessage.AppendEntries append -> {
        long bytes = 0;
        for (LogEntry entry : append.entries()) {
          bytes += entry.sizeBytes();
        }
        yield bytes > maxOrdinaryBytes;
      }
      default -> false;
    };
  }
}
