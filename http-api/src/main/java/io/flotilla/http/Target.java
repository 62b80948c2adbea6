package io.flotilla.http;

import java.util.ArrayList;
import java.util.List;

/**
 * What a request is for, exactly as it came over the wire. The library's own parsed URI is not used: it has decoded the path
 * already, so that {@code a%2Fb} and {@code a/b}, or bytes that are not UTF-8, could no longer be told apart.
 *
 * @param segments of the path, still percent-encoded; {@code /v1/kv/} has a third and empty one
 * @param query still percent-encoded, without the question mark
 */
record Target(List<String> segments, String query) {

  /** Reads origin form ({@code /path?query}) and absolute form ({@code http://host/path?query}), RFC 9112 §3.2. */
  static Target parse(String raw) {
    int pathStart = raw.startsWith("/") ? 0 : pathStartOfAbsolute(raw);
    int question = raw.indexOf('?', pathStart);
    int pathEnd = question < 0 ? raw.length() : question;
    return new Target(split(raw, pathStart, pathEnd), question < 0 ? "" : raw.substring(question + 1));
  }

  private static int pathStartOfAbsolute(String raw) {
    int authority = raw.indexOf("://");
    int path = authority < 0 ? -1 : raw.indexOf('/', authority + 3);
    return path < 0 ? raw.length() : path;
  }

  private static List<String> split(String raw, int pathStart, int pathEnd) {
    List<String> segments = new ArrayList<>(4);
    int from = pathStart + 1;
    while (from <= pathEnd) {
      int slash = raw.indexOf('/', from);
      int to = slash < 0 || slash > pathEnd ? pathEnd : slash;
      segments.add(raw.substring(from, to));
      from = to + 1;
    }
    return segments;
  }

  /** A segment as text. */
  String text(int segment, String what) {
    byte[] utf8 = PercentEncoding.decode(what, segments.get(segment), PercentEncoding.Plus.LITERAL);
    return new String(utf8, java.nio.charset.StandardCharsets.UTF_8);
  }
}
