package io.flotilla.simulation.linearizability;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Checks histories against {@link Register}, key by key: Wing and Gong's search ("Testing and verifying concurrent objects", 1993)
 * with Lowe's memory of what was tried ("Testing for linearizability", 2017), the way Porcupine does it.
 */
public final class LinearizabilityChecker {
  private LinearizabilityChecker() {}

  /** The first key (in order) whose operations fit no order, or nothing if the history is linearizable. */
  public static Optional<Violation> check(List<Operation> history) {
    return byKey(history).values().stream().map(LinearizabilityChecker::checkOneKey).flatMap(Optional::stream).findFirst();
  }

  private static Optional<Violation> checkOneKey(List<Operation> operations) {
    List<Operation> relevant = relevant(operations);
    OptionalLong time = new Search(relevant).run();
    if (time.isEmpty()) {
      return Optional.empty();
    }
    List<Operation> until = operations.stream().filter(operation -> operation.invoked() <= time.getAsLong()).toList();
    return Optional.of(new Violation(operations.getFirst().key(), until, new Search(relevant).deadEndAt(time.getAsLong())));
  }

  private static Map<String, List<Operation>> byKey(List<Operation> history) {
    Map<String, List<Operation>> byKey = new TreeMap<>();
    for (Operation operation : history) {
      byKey.computeIfAbsent(operation.key(), _ -> new ArrayList<>()).add(operation);
    }
    return byKey;
  }

  /** What was certainly not applied, and reads that nobody saw the answer of, say nothing. */
  private static List<Operation> relevant(List<Operation> operations) {
    return operations.stream().filter(operation -> !(operation.outcome() instanceof Outcome.NotApplied)
        && !(operation.call() instanceof Call.Get && operation.outcome() instanceof Outcome.Unknown)).toList();
  }
}
