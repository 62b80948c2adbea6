package io.flotilla.http;

import java.util.List;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/**
 * One request on its way to the handler of its route.
 *
 * @param method by name; HEAD has become GET
 */
record Call(Route route, String method, Target target, HttpRequest request) {
  private static final String MEDIA_TYPE = "application/json";

  QueryParameters query(String... allowed) {
    return QueryParameters.parse(target.query(), List.of(allowed));
  }

  /** Refuses a body that does not say it is JSON. */
  void checkJson() {
    String mediaType = request.entity().getContentType().mediaType().toString();
    if (!mediaType.equals(MEDIA_TYPE)) {
      throw Problem.of(Problem.Kind.UNSUPPORTED_MEDIA_TYPE, "Content-Type: '%s', allowed is %s".formatted(mediaType, MEDIA_TYPE))
          .refused();
    }
  }
}
