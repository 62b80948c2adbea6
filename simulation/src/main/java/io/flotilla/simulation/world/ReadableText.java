package io.flotilla.simulation.world;

import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Text for whoever reads a trace, equal in each replay: the content of arrays, actors by their path alone, and nothing that tells where
 * objects are in memory.
 */
public final class ReadableText {
  private static final int MOST_BYTES = 24;
  private static final Pattern IDENTITY = Pattern.compile("@[0-9a-f]{4,}|#-?\\d+");

  private ReadableText() {}

  public static String of(Object value) {
    return switch (value) {
      case null -> "null";
      case String text -> text;
      case byte[] bytes -> of(bytes);
      case Optional<?> optional -> optional.map(ReadableText::of).orElse("none");
      case Collection<?> all -> all.stream().map(ReadableText::of).collect(Collectors.joining(", ", "[", "]"));
      case ActorRef<?> actor -> actor.path().toStringWithoutAddress();
      case Record one -> of(one);
      default -> IDENTITY.matcher(value.toString()).replaceAll("");
    };
  }

  private static String of(byte[] bytes) {
    boolean isText = bytes.length > 0;
    for (byte each : bytes) {
      isText &= each >= ' ' && each <= '~';
    }
    byte[] first = Arrays.copyOf(bytes, Math.min(bytes.length, MOST_BYTES));
    String shown = isText ? '"' + new String(first, StandardCharsets.US_ASCII) + '"' : HexFormat.of().formatHex(first);
    return first.length < bytes.length ? "%s… (%d bytes)".formatted(shown, bytes.length) : shown;
  }

  /** A record of one text, such as the id of a peer, is that text. */
  private static String of(Record one) {
    RecordComponent[] components = one.getClass().getRecordComponents();
    if (components.length == 1 && components[0].getType() == String.class) {
      return of(valueOf(one, components[0]));
    }
    return Arrays.stream(components).map(component -> component.getName() + "=" + of(valueOf(one, component)))
        .collect(Collectors.joining(", ", one.getClass().getSimpleName() + "[", "]"));
  }

  private static Object valueOf(Record one, RecordComponent component) {
    try {
      component.getAccessor().setAccessible(true);   // messages that an actor sends itself are private
      return component.getAccessor().invoke(one);
    } catch (ReflectiveOperationException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
