package io.flotilla.simulation.linearizability;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LinearizabilityCheckerTest {
  private static final Outcome UNKNOWN = new Outcome.Unknown();

  private static Operation put(String value, long invoked, long returned, Outcome outcome) {
    return new Operation(1, "k", new Call.Put(value), outcome, invoked, returned);
  }

  private static Operation put(String value, long invoked, long returned, long version) {
    return put(value, invoked, returned, new Outcome.Written(version));
  }

  private static Operation get(long invoked, long returned, Outcome outcome) {
    return new Operation(2, "k", new Call.Get(), outcome, invoked, returned);
  }

  private static Operation get(long invoked, long returned, String value, long version) {
    return get(invoked, returned, new Outcome.Found(value, version));
  }

  private static Operation call(Call call, long invoked, long returned, Outcome outcome) {
    return new Operation(3, "k", call, outcome, invoked, returned);
  }

  static Stream<Arguments> histories() {
    return Stream.of(
        Arguments.of("nothing happened", true, List.of()),
        Arguments.of("a read sees the write before it", true, List.of(put("a", 0, 1, 1), get(2, 3, "a", 1))),
        Arguments.of("a read misses the write before it", false, List.of(put("a", 0, 1, 1), get(2, 3, new Outcome.Absent()))),
        Arguments.of("a read may see a write that is under way", true, List.of(put("a", 0, 9, 1), get(2, 3, "a", 1))),
        Arguments.of("a read may miss a write that is under way", true, List.of(put("a", 0, 9, 1), get(2, 3, new Outcome.Absent()))),
        Arguments.of("once seen, a write stays seen", false,
            List.of(put("a", 0, 9, 1), get(1, 2, "a", 1), get(3, 4, new Outcome.Absent()))),
        Arguments.of("a read of what nobody wrote", false, List.of(put("a", 0, 1, 1), get(2, 3, "b", 1))),
        Arguments.of("concurrent writes in the order that their versions tell", true,
            List.of(put("a", 0, 5, 2), put("b", 0, 5, 1), get(6, 7, "a", 2))),
        Arguments.of("two writes cannot both make version 1", false, List.of(put("a", 0, 5, 1), put("b", 0, 5, 1))),
        Arguments.of("a write of unknown outcome may have been applied", true, List.of(put("a", 0, 1, UNKNOWN), get(2, 3, "a", 1))),
        Arguments.of("or never", true, List.of(put("a", 0, 1, UNKNOWN), get(2, 3, new Outcome.Absent()))),
        Arguments.of("or much later", true,
            List.of(put("a", 0, 1, UNKNOWN), get(2, 3, new Outcome.Absent()), put("b", 4, 5, 1), get(6, 7, "a", 2))),
        Arguments.of("but not twice", false,
            List.of(put("a", 0, 1, UNKNOWN), get(2, 3, "a", 1), put("b", 4, 5, 2), get(6, 7, "a", 3))),
        Arguments.of("and not before it was asked for", false, List.of(get(0, 1, "a", 1), put("a", 2, 3, UNKNOWN))),
        Arguments.of("a write that was refused is not there", true,
            List.of(put("a", 0, 1, new Outcome.NotApplied()), get(2, 3, new Outcome.Absent()))),
        Arguments.of("a write that was refused is there all the same", false,
            List.of(put("a", 0, 1, new Outcome.NotApplied()), get(2, 3, "a", 1))),
        Arguments.of("an append applied once", true,
            List.of(put("a", 0, 1, 1), call(new Call.Append("b"), 2, 3, new Outcome.Written(2)), get(4, 5, "ab", 2))),
        Arguments.of("an append applied twice", false,
            List.of(put("a", 0, 1, 1), call(new Call.Append("b"), 2, 3, new Outcome.Written(2)), get(4, 5, "abb", 3))),
        Arguments.of("versions begin again after a delete", true,
            List.of(put("a", 0, 1, 1), call(new Call.Delete(), 2, 3, new Outcome.Deleted(true)), put("b", 4, 5, 1))),
        Arguments.of("a delete of what is gone", false,
            List.of(put("a", 0, 1, 1), call(new Call.Delete(), 2, 3, new Outcome.Deleted(true)),
                call(new Call.Delete(), 4, 5, new Outcome.Deleted(true)))),
        Arguments.of("of two that compare and swap, one wins", true,
            List.of(put("a", 0, 1, 1), call(new Call.Cas(1, "b"), 2, 9, new Outcome.VersionDiffers(2)),
                call(new Call.Cas(1, "c"), 2, 9, new Outcome.Written(2)), get(10, 11, "c", 2))),
        Arguments.of("of two that compare and swap, both win", false,
            List.of(put("a", 0, 1, 1), call(new Call.Cas(1, "b"), 2, 9, new Outcome.Written(2)),
                call(new Call.Cas(1, "c"), 2, 9, new Outcome.Written(2)))),
        Arguments.of("equal times count as concurrent", true, List.of(put("a", 0, 1, 1), get(1, 2, new Outcome.Absent()))));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("histories")
  void knownHistories(String name, boolean linearizable, List<Operation> history) {
    assertThat(LinearizabilityChecker.check(history).isEmpty()).as(name).isEqualTo(linearizable);
  }

  @Test
  void keysAreCheckedEachForItself() {
    Operation otherKey = new Operation(1, "other", new Call.Get(), new Outcome.Found("never written", 1), 0, 1);
    Violation violation = LinearizabilityChecker.check(List.of(put("a", 0, 1, 1), otherKey, get(2, 3, "a", 1))).orElseThrow();
    assertThat(violation.key()).isEqualTo("other");
    assertThat(violation.operations()).containsExactly(otherKey);
  }

  @Test
  void agreesWithTryingEveryOrder() {
    for (int seed = 0; seed < 3_000; seed++) {
      Random random = new Random(seed);
      List<Operation> history = new ArrayList<>(RandomHistory.linearizable(random, 3, 7, 1, 200, random.nextBoolean() ? "." : ""));
      if (random.nextBoolean()) {
        RandomHistory.falsifyOne(random, history);
      }
      assertThat(LinearizabilityChecker.check(history).isEmpty()).as("seed %d: %s", seed, history).isEqualTo(someOrderFits(history));
    }
  }

  @Test
  void acceptsTensOfThousandsOfOperations() {
    List<Operation> history = RandomHistory.linearizable(new Random(1), 16, 40_000, 4, 5, "");
    assertThat(LinearizabilityChecker.check(history)).isEmpty();
  }

  /** As a store with impatient clients leaves it: whoever tried all that may have happened would never be done. */
  @Test
  void decidesThoughManyOutcomesAreUnknown() {
    for (int seed = 0; seed < 5; seed++) {
      Random random = new Random(seed);
      List<Operation> history = new ArrayList<>(RandomHistory.linearizable(random, 6, 300, 1, 250, "."));
      assertThat(LinearizabilityChecker.check(history)).as("seed %d", seed).isEmpty();
      history.add(new Operation(99, "key-0", new Call.Get(), new Outcome.Found("never written", 3), 5_000, 5_001));
      assertThat(LinearizabilityChecker.check(history)).as("seed %d", seed).isPresent();
    }
  }

  @Test
  void findsOneWrongAnswerAmongTensOfThousandsAndShowsItsSurroundings() {
    Random random = new Random(2);
    List<Operation> history = new ArrayList<>(RandomHistory.linearizable(random, 16, 20_000, 4, 5, ""));
    Operation stale = new Operation(99, "key-1", new Call.Get(), new Outcome.Found("never written", 3), 150_000, 150_001);
    history.add(stale);
    Violation violation = LinearizabilityChecker.check(history).orElseThrow();
    assertThat(violation.operations()).contains(stale).noneMatch(operation -> operation.invoked() > stale.returned());
    assertThat(violation.deadEnd().stuck()).contains(stale);
    assertThat(violation.toString()).contains("key \"key-1\" is not linearizable", "never written");
  }

  /** The definition itself: some order of some subset that has all that was answered. Slow and obvious. */
  private static boolean someOrderFits(List<Operation> history) {
    return someOrderFits(history.stream().filter(operation -> !(operation.outcome() instanceof Outcome.NotApplied)).toList(),
        Register.ABSENT);
  }

  private static boolean someOrderFits(List<Operation> left, Register register) {
    if (left.stream().allMatch(operation -> operation.outcome() instanceof Outcome.Unknown)) {
      return true;
    }
    for (int i = 0; i < left.size(); i++) {
      Operation next = left.get(i);
      boolean mayBeNext = left.stream()
          .noneMatch(other -> !(other.outcome() instanceof Outcome.Unknown) && other.returned() < next.invoked());
      if (mayBeNext && register.allows(next.call(), next.outcome())) {
        List<Operation> rest = new ArrayList<>(left);
        rest.remove(i);
        if (someOrderFits(rest, register.after(next.call()))) {
          return true;
        }
      }
    }
    return false;
  }
}
