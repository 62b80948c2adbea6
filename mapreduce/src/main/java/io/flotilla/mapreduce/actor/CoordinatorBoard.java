package io.flotilla.mapreduce.actor;

import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/** Where a node's worker posts who coordinates, for the node's clients. Thread-safe. */
public final class CoordinatorBoard {
  /** The coordinator as it announced itself. */
  public record Seat(long epoch, String node, ActorRef<CoordinatorProtocol> coordinator) {}

  private volatile Optional<Seat> seat = Optional.empty();

  /** Empty while nobody announces itself. */
  public Optional<Seat> seat() {
    return seat;
  }

  void post(Optional<Seat> latest) {
    seat = latest;
  }
}
