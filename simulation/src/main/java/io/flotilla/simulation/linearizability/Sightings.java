package io.flotilla.simulation.linearizability;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the reads of one key saw of each write, which tells a search early where a write can have its place. It does if all that was
 * written are words: they end with one character that occurs nowhere else in them, and no two writes are of the same word. Then
 * <ul>
 * <li>a read tells all that the key held since the last put, in order, so a write that was seen has its place just after what was read
 * before it, and nowhere else;
 * <li>what no read saw changes the version and nothing else, until a put or a delete: one such write is as good as another.
 * </ul>
 */
final class Sightings {
  /** Stands for all values that no read saw. */
  private static final String UNSEEN = "(what no read saw)";

  private final boolean areWords;
  private final Map<String, String> valueAfterWord = new HashMap<>();

  Sightings(List<Operation> operations) {
    List<String> written = operations.stream().map(operation -> writtenBy(operation.call())).flatMap(Optional::stream).toList();
    areWords = !written.isEmpty() && !written.getFirst().isEmpty() && areWords(written, endOf(written));
    if (areWords) {
      operations.forEach(operation -> {
        if (operation.outcome() instanceof Outcome.Found(String value, long _)) {
          noteWords(value, endOf(written));
        }
      });
    }
  }

  private static char endOf(List<String> written) {
    return written.getFirst().charAt(written.getFirst().length() - 1);
  }

  private static boolean areWords(List<String> written, char end) {
    return new HashSet<>(written).size() == written.size()
        && written.stream().allMatch(word -> !word.isEmpty() && word.indexOf(end) == word.length() - 1);
  }

  private void noteWords(String value, char end) {
    int from = 0;
    for (int at = value.indexOf(end); at >= 0; at = value.indexOf(end, from)) {
      valueAfterWord.putIfAbsent(value.substring(from, at + 1), value.substring(0, at + 1));
      from = at + 1;
    }
  }

  private static Optional<String> writtenBy(Call call) {
    return switch (call) {
      case Call.Put put -> Optional.of(put.value());
      case Call.Append append -> Optional.of(append.suffix());
      case Call.Cas cas -> Optional.of(cas.value());
      case Call.Get _, Call.Delete _ -> Optional.empty();
    };
  }

  /** The register after the call; nothing if reads tell that this is not the call's place. */
  Optional<Register> after(Register register, Call call) {
    Register next = register.after(call);
    boolean writes = next.version() > register.version();
    if (!writes || !areWords) {
      return Optional.of(next);
    }
    String seen = valueAfterWord.get(writtenBy(call).orElseThrow());
    return seen == null ? Optional.of(new Register(next.version(), UNSEEN)) : Optional.of(next).filter(place -> place.value().equals(seen));
  }

  /** Equal for calls that do the same for any order: of these a search need only try the first. */
  Object effectOf(Call call) {
    return switch (call) {
      case Call.Put(String word) -> isUnseen(word) ? UNSEEN : call;
      case Call.Append(String word) -> isUnseen(word) ? UNSEEN : call;
      case Call.Cas(long version, String word) -> isUnseen(word) ? version : call;
      case Call.Get _, Call.Delete _ -> call;
    };
  }

  private boolean isUnseen(String word) {
    return areWords && !valueAfterWord.containsKey(word);
  }
}
