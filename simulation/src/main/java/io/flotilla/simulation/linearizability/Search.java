package io.flotilla.simulation.linearizability;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Looks for an order of one key's operations that respects real time and the specification. What was answered is a linked list of
 * invocations and returns in the order of time; any operation invoked before the first return left may come next. One that fits is
 * lifted out, and put back when the search has to turn around.
 *
 * <p>An operation of unknown outcome may come next for ever after its invocation, and need never come at all: the search is over when
 * all that was answered has its place. These are what makes a search explode, so they come last and only where they help:
 * <ul>
 * <li>a write, if something that was answered and may come next needs a higher version than the key has. (Of all unknown operations
 * between two answered ones only those from the last delete on matter, and versions rise from there to what is needed.)
 * <li>a delete, if there is something.
 * <li>of several with the same effect, the one invoked first: it can be wherever a later one can.
 * </ul>
 * What was taken and the register it led to are remembered. To come to the same place by another order, or having used up more
 * unknown operations, is of no use.
 *
 * <p>A history may still have more orders than there is time for. A search that has compared so many of them that it will hardly
 * end is given up, and counts as passed, as in the course's suites.
 */
final class Search {
  private static final long MOST_COMPARISONS = 20_000_000;

  /** An event of the list. A return is linked from its invocation; an operation of unknown outcome has none and is in no list. */
  private static final class Node {
    private final int id;
    private final Operation operation;
    private final Node matchingReturn;
    private Node previous;
    private Node next;

    private Node(int id, Operation operation, Node matchingReturn) {
      this.id = id;
      this.operation = operation;
      this.matchingReturn = matchingReturn;
    }

    private boolean isUnknown() {
      return operation.outcome() instanceof Outcome.Unknown;
    }

    private boolean isReturn() {
      return matchingReturn == null;
    }

    private void unlink() {
      previous.next = next;
      if (next != null) {
        next.previous = previous;
      }
    }

    private void relink() {
      previous.next = this;
      if (next != null) {
        next.previous = this;
      }
    }
  }

  private record Event(long time, boolean isReturn, Node node) {}

  /** A place on the path: how it was reached, where it leads, and what may come next. */
  private static final class Place {
    private final Node reachedBy;
    private final Register register;
    private final List<Node> candidates;
    private int tried;

    private Place(Node reachedBy, Register register, List<Node> candidates) {
      this.reachedBy = reachedBy;
      this.register = register;
      this.candidates = candidates;
    }
  }

  /** The answered operations taken (those before the first gap are implied by {@code firstGap}) and where they led. */
  private record Visited(int firstGap, BitSet beyond, Register register) {}

  /**
   * The furthest point in time that any order reaches: before {@code time} all answers can be explained, that of {@code time} cannot.
   *
   * @param time when the operation returned that has no place
   * @param order the operations that fitted, one after the other
   * @param register where they led
   * @param stuck those that had to be next and could not
   */
  record DeadEnd(long time, List<Operation> order, Register register, List<Operation> stuck) {}

  private final Node head = new Node(-1, null, null);
  private final List<Node> unknown = new ArrayList<>();
  private final BitSet answeredTaken = new BitSet();
  private final BitSet unknownTaken = new BitSet();
  private final Deque<Place> path = new ArrayDeque<>();
  private final Map<Visited, List<BitSet>> visited = new HashMap<>();
  private final Sightings sightings;
  private int answeredLeft;
  private long comparisons;
  private long furthestTime = Long.MIN_VALUE;

  Search(List<Operation> operations) {
    sightings = new Sightings(operations);
    List<Event> events = new ArrayList<>();
    for (Operation operation : operations.stream().sorted(Comparator.comparingLong(Operation::invoked)).toList()) {
      if (operation.outcome() instanceof Outcome.Unknown) {
        unknown.add(new Node(unknown.size(), operation, null));
      } else {
        Node end = new Node(answeredLeft, operation, null);
        events.add(new Event(operation.invoked(), false, new Node(answeredLeft, operation, end)));
        events.add(new Event(operation.returned(), true, end));
        answeredLeft++;
      }
    }
    // Of two events at one time the invocation comes first: that calls them concurrent, and so never cries wolf.
    events.sort(Comparator.comparingLong(Event::time).thenComparing(Event::isReturn));
    Node last = head;
    for (Event event : events) {
      last.next = event.node();
      event.node().previous = last;
      last = event.node();
    }
    path.push(new Place(null, Register.ABSENT, candidates(Register.ABSENT)));
  }

  /** Nothing if there is such an order, or there are too many to try; else the time of the first answer that has no place in any. */
  OptionalLong run() {
    while (answeredLeft > 0 && comparisons < MOST_COMPARISONS) {
      Place place = path.element();
      if (place.tried < place.candidates.size()) {
        maybeTake(place.candidates.get(place.tried++), place.register);
      } else {
        furthestTime = Math.max(furthestTime, firstReturn());
        path.pop();
        if (path.isEmpty()) {
          return OptionalLong.of(furthestTime);
        }
        giveBack(place.reachedBy);
      }
    }
    return OptionalLong.empty();
  }

  /** How the search came to the time that {@link #run} of another search, for the same operations, gave. */
  DeadEnd deadEndAt(long time) {
    Place place = path.element();
    while (place.tried < place.candidates.size() || firstReturn() < time) {
      if (place.tried < place.candidates.size()) {
        maybeTake(place.candidates.get(place.tried++), place.register);
      } else {
        path.pop();
        giveBack(place.reachedBy);
      }
      place = path.element();
    }
    List<Operation> order = new ArrayList<>();
    path.descendingIterator().forEachRemaining(step -> {
      if (step.reachedBy != null) {
        order.add(step.reachedBy.operation);
      }
    });
    return new DeadEnd(time, order, place.register,
        place.candidates.stream().filter(node -> !node.isUnknown()).map(node -> node.operation).toList());
  }

  /** What may come next and could help, the answered first. */
  private List<Node> candidates(Register register) {
    List<Node> candidates = new ArrayList<>();
    long highestNeeded = 0;
    Node node = head.next;
    for (; node != null && !node.isReturn(); node = node.next) {
      candidates.add(node);
      highestNeeded = Math.max(highestNeeded, versionNeeded(node.operation));
    }
    long firstReturn = node == null ? Long.MAX_VALUE : node.operation.returned();
    Set<Object> effects = new HashSet<>();
    for (Node lost : unknown) {
      if (lost.operation.invoked() > firstReturn) {
        break;
      }
      boolean helps = switch (lost.operation.call()) {
        case Call.Put _, Call.Append _ -> register.version() < highestNeeded;
        case Call.Cas cas -> register.version() < highestNeeded && cas.version() == register.version();
        case Call.Delete _ -> register.version() > 0;
        case Call.Get _ -> false;
      };
      if (helps && !unknownTaken.get(lost.id) && effects.add(sightings.effectOf(lost.operation.call()))) {
        candidates.add(lost);
      }
    }
    return candidates;
  }

  /** The version that the key must have for that answer (at least, if it is a delete's). */
  private static long versionNeeded(Operation answered) {
    return switch (answered.outcome()) {
      case Outcome.Written(long version) -> version - 1;
      case Outcome.Found(_, long version) -> version;
      case Outcome.VersionDiffers(long version) -> version;
      case Outcome.Deleted(boolean existed) -> existed ? 1 : 0;
      case Outcome.Absent _, Outcome.NotApplied _, Outcome.Unknown _ -> 0;
    };
  }

  private void maybeTake(Node node, Register register) {
    Operation operation = node.operation;
    Optional<Register> led = sightings.after(register, operation.call());
    if (led.isEmpty() || !register.allows(operation.call(), operation.outcome())) {
      return;
    }
    Register after = led.get();
    takenOf(node).set(node.id);
    if (!isNew(after)) {
      takenOf(node).clear(node.id);
      return;
    }
    if (!node.isUnknown()) {
      node.unlink();
      node.matchingReturn.unlink();
      answeredLeft--;
    }
    path.push(new Place(node, after, candidates(after)));
  }

  private void giveBack(Node node) {
    takenOf(node).clear(node.id);
    if (!node.isUnknown()) {
      node.matchingReturn.relink();
      node.relink();
      answeredLeft++;
    }
  }

  private BitSet takenOf(Node node) {
    return node.isUnknown() ? unknownTaken : answeredTaken;
  }

  /** Whether nobody was here before with the same or fewer unknown operations used up; remembers it if so. */
  private boolean isNew(Register after) {
    int firstGap = answeredTaken.nextClearBit(0);
    BitSet beyond = answeredTaken.get(firstGap, Math.max(firstGap, answeredTaken.length()));
    List<BitSet> before = visited.computeIfAbsent(new Visited(firstGap, beyond, after), _ -> new ArrayList<>(1));
    comparisons++;
    for (BitSet used : before) {
      comparisons++;
      BitSet onlyThere = (BitSet) used.clone();
      onlyThere.andNot(unknownTaken);
      if (onlyThere.isEmpty()) {
        return false;
      }
    }
    before.add((BitSet) unknownTaken.clone());
    return true;
  }

  private long firstReturn() {
    Node node = head.next;
    while (!node.isReturn()) {
      node = node.next;
    }
    return node.operation.returned();
  }
}
