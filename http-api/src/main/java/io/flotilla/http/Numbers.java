package io.flotilla.http;

/** Whole numbers in requests. */
final class Numbers {
  private Numbers() {}

  /**
   * A decimal number without sign.
   *
   * @param what names the part of the request, for the refusal
   */
  static long parse(String what, String text, long min, long max) {
    long value = 0;
    boolean fits = !text.isEmpty() && text.length() <= 19;
    for (int i = 0; fits && i < text.length(); i++) {
      char c = text.charAt(i);
      fits = c >= '0' && c <= '9';
      value = value * 10 + (c - '0');
    }
    // 19 digits may run past Long.MAX_VALUE, but not past twice that: it shows as a negative number.
    if (!fits || value < min || value > max) {
      throw Problem.badRequest("%s: '%s', allowed is a whole number from %d to %d".formatted(what, text, min, max)).refused();
    }
    return value;
  }
}
