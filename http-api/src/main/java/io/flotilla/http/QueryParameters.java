package io.flotilla.http;

import io.flotilla.kv.KvLimits;
import io.flotilla.kv.KvRequest.Consistency;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** The query of a request, read strictly: each parameter is one that the route knows, and given once. */
final class QueryParameters {
  private static final QueryParameters NONE = new QueryParameters(Map.of());

  private final Map<String, byte[]> values;

  private QueryParameters(Map<String, byte[]> values) {
    this.values = values;
  }

  /** Reads {@code query}, refusing what is not in {@code allowed}. */
  static QueryParameters parse(String query, List<String> allowed) {
    if (query.isEmpty()) {
      return NONE;
    }
    Map<String, byte[]> values = new LinkedHashMap<>();
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = text(PercentEncoding.decode("query", equals < 0 ? pair : pair.substring(0, equals),
          PercentEncoding.Plus.SPACE));
      if (!allowed.contains(name)) {
        throw Problem.badRequest("query: unknown parameter '%s', allowed %s".formatted(name, among(allowed))).refused();
      }
      byte[] value = PercentEncoding.decode("query parameter " + name, equals < 0 ? "" : pair.substring(equals + 1),
          PercentEncoding.Plus.SPACE);
      if (values.put(name, value) != null) {
        throw Problem.badRequest("query: parameter '%s' is given more than once, allowed is once".formatted(name)).refused();
      }
    }
    return new QueryParameters(values);
  }

  private static String among(List<String> allowed) {
    return allowed.isEmpty() ? "are none here" : "are " + String.join(", ", allowed);
  }

  /** A whole number in that range. */
  OptionalLong number(String name, long min, long max) {
    byte[] value = values.get(name);
    return value == null ? OptionalLong.empty()
        : OptionalLong.of(Numbers.parse("query parameter " + name, text(value), min, max));
  }

  Optional<String> string(String name) {
    return Optional.ofNullable(values.get(name)).map(QueryParameters::text);
  }

  /** A key or the beginning of one; empty counts as not given. */
  Optional<byte[]> keyBytes(String name) {
    byte[] value = values.get(name);
    if (value == null || value.length == 0) {
      return Optional.empty();
    }
    if (value.length > KvLimits.MAX_KEY_BYTES) {
      throw Problem.badRequest("query parameter %s: %d bytes of UTF-8, allowed are at most %d"
          .formatted(name, value.length, KvLimits.MAX_KEY_BYTES)).refused();
    }
    return Optional.of(value);
  }

  Consistency consistency() {
    byte[] value = values.get("consistency");
    if (value == null) {
      return Consistency.LINEARIZABLE;
    }
    return switch (text(value)) {
      case "linearizable" -> Consistency.LINEARIZABLE;
      case "lease" -> Consistency.LEASE;
      case "stale" -> Consistency.STALE;
      default -> throw Problem.badRequest("query parameter consistency: '%s', allowed are %s".formatted(text(value),
          Arrays.stream(Consistency.values()).map(c -> c.name().toLowerCase(Locale.ROOT)).collect(Collectors.joining(", "))))
          .refused();
    };
  }

  private static String text(byte[] utf8) {
    return new String(utf8, StandardCharsets.UTF_8);
  }
}
