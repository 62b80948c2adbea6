package io.flotilla.simulation.linearizability;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A history of one key that no order explains.
 *
 * @param operations those invoked before the first answer that has no explanation came: what happened later is of no matter
 * @param deadEnd how far one gets
 */
public record Violation(String key, List<Operation> operations, Search.DeadEnd deadEnd) {
  private static final int MOST_LINES = 40;

  @Override
  public String toString() {
    return """
        key "%s" is not linearizable. Its history until time %d (%d operations):
        %s
        All that was answered before can be explained, by this order:
        %s
        which leads to %s, where none of these may come next:
        %s""".formatted(key, deadEnd.time(), operations.size(), lines(operations), lines(deadEnd.order()), deadEnd.register(),
        lines(deadEnd.stuck()));
  }

  private static String lines(List<Operation> operations) {
    int skipped = Math.max(0, operations.size() - MOST_LINES);
    return (skipped == 0 ? "" : "  (%d before)%n".formatted(skipped))
        + operations.stream().skip(skipped).map(operation -> "  " + operation).collect(Collectors.joining("\n"));
  }
}
