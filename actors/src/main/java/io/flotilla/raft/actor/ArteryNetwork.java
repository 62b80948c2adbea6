package io.flotilla.raft.actor;

import com.typesafe.config.Config;
import io.flotilla.raft.LogEntry;
import io.flotilla.raft.PeerId;
import io.flotilla.raft.RaftMessage;
import java.util.Optional;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * Reaches the other replicas by Pekko remoting. It needs their addresses, not their membership in the Pekko cluster: a majority
 * works whoever else is down. Large messages take a lane of their own, so that heartbeats do not wait behind them.
 */
public final class ArteryNetwork implements Network {
  private static final String DESTINATIONS = "pekko.remote.artery.large-message-destinations";
  private static final String ORDINARY_FRAME = "pekko.remote.artery.advanced.maximum-frame-size";

  private final ReplicaRefs replicas;
  private final String groupId;
  private final Function<PeerId, Optional<String>> addresses;
  private final long maxOrdinaryBytes;

  /**
   * The network of one group.
   *
   * @param addresses the address book: each peer's actor system as {@code pekko://system@host:port}, as far as known; asked for
   *     each message, so it may change at run time. Thread-safe and quick
   * @throws IllegalArgumentException remoting is configured without the large-message lane
   */
  public ArteryNetwork(ActorSystem<?> system, String groupId, Function<PeerId, Optional<String>> addresses) {
    this.replicas = new ReplicaRefs(system);
    this.groupId = groupId;
    this.addresses = addresses;
    Config config = system.settings().config();
    if (!config.getStringList(DESTINATIONS).contains(RaftPaths.LARGE_MESSAGE_DESTINATION)) {
      throw new IllegalArgumentException("%s is %s; it must contain \"%s\", or large commands and snapshots are lost"
          .formatted(DESTINATIONS, config.getStringList(DESTINATIONS), RaftPaths.LARGE_MESSAGE_DESTINATION));
    }
    this.maxOrdinaryBytes = config.getBytes(ORDINARY_FRAME) / 2;
  }

  /** To a peer without an address the message is lost, as it would be on the way. */
  @Override
  public void send(PeerId to, RaftMessage message) {
    addresses.apply(to).ifPresent(address -> receiver(address, message).tell(new RaftPeer.FromPeer(message)));
  }

  private ActorRef<RaftPeer.Command> receiver(String address, RaftMessage message) {
    return isLarge(message) ? replicas.bulk(address, groupId) : replicas.peer(address, groupId);
  }

  private boolean isLarge(RaftMessage message) {
    return switch (message) {
      case RaftMessage.InstallSnapshot _ -> true;
      case RaftMessage.AppendEntries append -> append.entries().stream().mapToLong(LogEntry::sizeBytes).sum() > maxOrdinaryBytes;
      default -> false;
    };
  }
}
