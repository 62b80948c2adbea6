package io.flotilla.simulation.world;

import io.flotilla.simulation.kernel.Digest;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;

/** What happened in a run: always as a digest, which equal runs share, and as text for whoever asks for it. */
public final class Trace {
  private final Digest digest;
  private Optional<Consumer<String>> reader = Optional.empty();

  Trace(Digest digest) {
    this.digest = digest;
  }

  /** Equal for equal runs. */
  public long hash() {
    return digest.value();
  }

  public boolean isRead() {
    return reader.isPresent();
  }

  void readBy(Consumer<String> lines) {
    reader = Optional.of(lines);
  }

  /** Adds a fact to the digest; what an event consists of goes in one by one. */
  public void fact(long value) {
    digest.add(value);
  }

  /** Adds a text, or a record of texts and numbers, to the digest. */
  public void fact(Object value) {
    digest.add(value);
  }

  /** A line for the reader; does not count for the digest. Ask {@link #isRead} first where that is worth it. */
  void line(long nowNanos, String format, Object... values) {
    reader.ifPresent(to -> to.accept("%14.6f ms  %s".formatted(nowNanos / 1e6, format.formatted(readable(values)))));
  }

  private static Object[] readable(Object[] values) {
    return Arrays.stream(values).map(value -> value instanceof Number ? value : ReadableText.of(value)).toArray();
  }
}
