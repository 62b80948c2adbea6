package io.flotilla.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Seeds from one to another, both included: {@code 1..100}, or {@code 7}. */
record SeedRange(long from, long to) {
  /** More than anybody will ever wait for; and what they are multiplied with stays a number. */
  private static final long MOST = 1_000_000_000;
  private static final Pattern FORM = Pattern.compile("(-?\\d{1,18})(?:\\.\\.(-?\\d{1,18}))?");

  long count() {
    return to - from + 1;
  }

  /** Reads one from the command line. */
  static final class Parser implements ITypeConverter<SeedRange> {
    @Override
    public SeedRange convert(String text) {
      Matcher matcher = FORM.matcher(text);
      if (!matcher.matches()) {
        throw new TypeConversionException(
            "seeds are given as FROM..TO, such as 1..100, numbers of at most 18 digits, not '%s'".formatted(text));
      }
      long from = Long.parseLong(matcher.group(1));
      long to = matcher.group(2) == null ? from : Long.parseLong(matcher.group(2));
      if (from > to) {
        throw new TypeConversionException("seeds go from the lower to the higher, not '%s'".formatted(text));
      }
      SeedRange range = new SeedRange(from, to);
      if (range.count() > MOST) {
        throw new TypeConversionException("from 1 to %d seeds can be played, not %d: '%s'".formatted(MOST, range.count(), text));
      }
      return range;
    }
  }
}
