package io.flotilla.http;

import io.flotilla.kv.KvRequest.Condition;
import io.flotilla.kv.SessionStamp;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/** The headers that steer a write, found in one pass. {@code null}: not there. */
final class WriteHeaders {
  private static final Pattern UUID_TEXT = Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

  private String ifMatch;
  private String ifNoneMatch;
  private String session;
  private String sequence;

  private WriteHeaders() {}

  static WriteHeaders of(HttpRequest request) {
    WriteHeaders headers = new WriteHeaders();
    for (HttpHeader header : request.getHeaders()) {
      switch (header.lowercaseName()) {
        case "if-match" -> headers.ifMatch = once(headers.ifMatch, header);
        case "if-none-match" -> headers.ifNoneMatch = once(headers.ifNoneMatch, header);
        case "flotilla-session" -> headers.session = once(headers.session, header);
        case "flotilla-sequence" -> headers.sequence = once(headers.sequence, header);
        default -> { }
      }
    }
    return headers;
  }

  private static String once(String before, HttpHeader header) {
    if (before != null) {
      throw Problem.badRequest("header %s: given more than once, allowed is once".formatted(header.name())).refused();
    }
    return header.value().strip();
  }

  /** The client's own session, if it has one. */
  Optional<SessionStamp> stamp() {
    if (session == null && sequence == null) {
      return Optional.empty();
    }
    if (session == null || sequence == null) {
      throw Problem.badRequest("header %s: missing, Flotilla-Session and Flotilla-Sequence go together"
          .formatted(session == null ? "Flotilla-Session" : "Flotilla-Sequence")).refused();
    }
    if (!UUID_TEXT.matcher(session).matches()) {
      throw Problem.badRequest("header Flotilla-Session: '%s', allowed is a UUID such as %s"
          .formatted(session, "123e4567-e89b-12d3-a456-426614174000")).refused();
    }
    return Optional.of(new SessionStamp(UUID.fromString(session),
        Numbers.parse("header Flotilla-Sequence", sequence, 0, Long.MAX_VALUE)));
  }

  /** What must hold for the write, from at most one of {@code ?version}, {@code If-Match}, {@code If-None-Match}. */
  Condition condition(OptionalLong version) {
    int conditions = (version.isPresent() ? 1 : 0) + (ifMatch == null ? 0 : 1) + (ifNoneMatch == null ? 0 : 1);
    if (conditions > 1) {
      throw Problem.badRequest(
          "conditions: %d are given, allowed is one of the parameter version, the header If-Match, the header If-None-Match"
              .formatted(conditions)).refused();
    }
    if (version.isPresent()) {
      return new Condition.VersionIs(version.getAsLong());
    }
    if (ifMatch != null) {
      return new Condition.RevisionIs(revision(ifMatch));
    }
    return ifNoneMatch == null ? Condition.ALWAYS : absent(ifNoneMatch);
  }

  /** Refuses conditions where they cannot apply to one key. */
  void checkUnconditional() {
    if (ifMatch != null || ifNoneMatch != null) {
      throw Problem.badRequest("header %s: allowed is a condition in each operation of the batch"
          .formatted(ifMatch != null ? "If-Match" : "If-None-Match")).refused();
    }
  }

  private static long revision(String entityTag) {
    if (entityTag.length() < 3 || entityTag.charAt(0) != '"' || entityTag.charAt(entityTag.length() - 1) != '"') {
      throw Problem.badRequest("header If-Match: %s, allowed is one ETag as this service gave it: a revision in double quotes"
          .formatted(entityTag)).refused();
    }
    return Numbers.parse("header If-Match", entityTag.substring(1, entityTag.length() - 1), 0, Long.MAX_VALUE);
  }

  private static Condition absent(String entityTag) {
    if (!entityTag.equals("*")) {
      throw Problem.badRequest("header If-None-Match: %s, allowed is only * (the key is absent)".formatted(entityTag)).refused();
    }
    return new Condition.Absent();
  }
}
