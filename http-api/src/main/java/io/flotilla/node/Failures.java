package io.flotilla.node;

import java.util.StringJoiner;
import java.util.concurrent.CompletionException;

/** Failures in one line, for an operator: what went wrong and why, down to the cause that names a path or an address. */
final class Failures {
  private Failures() {}

  static String describe(Throwable failure) {
    StringJoiner line = new StringJoiner(": ");
    String last = "";
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String message = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
      // Wrappers repeat what they wrap.
      if (!(cause instanceof CompletionException) && !last.contains(message)) {
        line.add(message);
        last = line.toString();
      }
    }
    return line.toString();
  }
}
