package io.flotilla.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Why a request was not answered as hoped, in the shape of RFC 9457.
 *
 * @param kind fixes {@code type}, {@code title} and {@code status}
 * @param detail a sentence for a person: what was wrong and what is allowed
 * @param outcome whether a write may have taken effect, or may still
 * @param members further members of the JSON object, in order
 * @param retryAfterSeconds the {@code Retry-After} header
 * @param allow the {@code Allow} header; empty: none
 */
record Problem(Kind kind, String detail, Outcome outcome, Map<String, Object> members, OptionalLong retryAfterSeconds,
    String allow) {

  /** The statuses of the contract, one name each. */
  enum Kind {
    BAD_REQUEST(400, "Bad request"),
    NOT_FOUND(404, "Not found"),
    METHOD_NOT_ALLOWED(405, "Method not allowed"),
    REQUEST_TIMEOUT(408, "Request body too slow"),
    CONFLICT(409, "Conflict"),
    PRECONDITION_FAILED(412, "Precondition failed"),
    TOO_LARGE(413, "Too large"),
    URI_TOO_LONG(414, "Request target too long"),
    UNSUPPORTED_MEDIA_TYPE(415, "Unsupported media type"),
    UNPROCESSABLE(422, "Unprocessable request"),
    HEADERS_TOO_LARGE(431, "Header fields too large"),
    INTERNAL_ERROR(500, "Internal error"),
    UNAVAILABLE(503, "Unavailable"),
    OUTCOME_UNKNOWN(504, "Outcome unknown"),
    HTTP_VERSION_NOT_SUPPORTED(505, "HTTP version not supported");

    final int status;
    final String title;
    final String type;

    Kind(int status, String title) {
      this.status = status;
      this.title = title;
      this.type = "urn:flotilla:problem:" + name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
  }

  /** What a client may conclude about its write; unknown: it may have taken effect, or may still. */
  enum Outcome {
    NOT_APPLIED("not-applied"), UNKNOWN("unknown");

    final String text;

    Outcome(String text) {
      this.text = text;
    }
  }

  Problem {
    members = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(members));
  }

  /** Nothing was applied. */
  static Problem of(Kind kind, String detail) {
    return new Problem(kind, detail, Outcome.NOT_APPLIED, Map.of(), OptionalLong.empty(), "");
  }

  static Problem badRequest(String detail) {
    return of(Kind.BAD_REQUEST, detail);
  }

  /** Nothing was applied now; a later attempt may fare better. */
  static Problem unavailable(String detail, long retryAfterSeconds) {
    return new Problem(Kind.UNAVAILABLE, detail, Outcome.NOT_APPLIED, Map.of(), OptionalLong.of(retryAfterSeconds), "");
  }

  /** It may have been applied, or may still be. */
  static Problem outcomeUnknown(String detail) {
    return new Problem(Kind.OUTCOME_UNKNOWN, detail, Outcome.UNKNOWN, Map.of(), OptionalLong.empty(), "");
  }

  /** It is not applied now; whether it was when it came first is forgotten. */
  static Problem superseded(String detail) {
    return new Problem(Kind.CONFLICT, detail, Outcome.UNKNOWN, Map.of(), OptionalLong.empty(), "");
  }

  static Problem methodNotAllowed(String detail, String allow) {
    return new Problem(Kind.METHOD_NOT_ALLOWED, detail, Outcome.NOT_APPLIED, Map.of(), OptionalLong.empty(), allow);
  }

  /** A bug here: nobody can say what it left behind. */
  static Problem internalError() {
    return new Problem(Kind.INTERNAL_ERROR, "an error inside the node, which its log tells of", Outcome.UNKNOWN, Map.of(),
        OptionalLong.empty(), "");
  }

  Problem with(Map<String, Object> moreMembers) {
    return new Problem(kind, detail, outcome, moreMembers, retryAfterSeconds, allow);
  }

  /** This problem as something to throw: see {@link RefusedException}. */
  RefusedException refused() {
    return new RefusedException(this);
  }
}
