package io.flotilla.simulation.world;

import java.time.Duration;

/**
 * How the network treats what goes from one node to another. Requests and their replies fare differently, as in the course's network:
 * a lost request was not carried out, a lost reply was.
 *
 * @param requestLoss part of the requests that vanish, 0 to 1
 * @param duplication part of all messages that arrive twice
 * @param held part of the replies that are held back for {@code 200 ms + U(0..U(0..2 s))}: long reordering
 */
public record LinkConditions(Delay requestDelay, Delay replyDelay, double requestLoss, double replyLoss, double duplication,
    double held) {
  /** A quiet local network. Never without any delay: a world in which nothing takes time does not get on. */
  public static final LinkConditions RELIABLE = new LinkConditions(Delay.micros(50, 150), Delay.micros(50, 150), 0, 0, 0, 0);

  /** The course's unreliable network: requests wait up to 26 ms, one in ten is lost, and so is one reply in ten. */
  public static final LinkConditions UNRELIABLE =
      new LinkConditions(Delay.micros(50, 26_000), Delay.micros(50, 150), 0.1, 0.1, 0, 0);

  static final Duration SHORTEST_HOLD = Duration.ofMillis(200);
  static final Duration LONGEST_HOLD = Duration.ofSeconds(2);

  /** The course's long reordering on top: two replies in three are held back. */
  public LinkConditions longReordering() {
    return new LinkConditions(requestDelay, replyDelay, requestLoss, replyLoss, duplication, 2 / 3.0);
  }
}
