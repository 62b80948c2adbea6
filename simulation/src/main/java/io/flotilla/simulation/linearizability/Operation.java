package io.flotilla.simulation.linearizability;

/**
 * One call, as its client saw it. Times come from one clock for all clients; they need not have a unit.
 *
 * @param returned when the client learnt the outcome; not before {@code invoked}
 */
public record Operation(int client, String key, Call call, Outcome outcome, long invoked, long returned) {
  public Operation {
    if (returned < invoked) {
      throw new IllegalArgumentException("an operation returns after it was invoked: %d, %d".formatted(invoked, returned));
    }
  }

  @Override
  public String toString() {
    return "%12d .. %12s  client %-2d  %s %s -> %s".formatted(invoked, outcome instanceof Outcome.Unknown ? "?" : returned, client,
        key, call, outcome);
  }
}
