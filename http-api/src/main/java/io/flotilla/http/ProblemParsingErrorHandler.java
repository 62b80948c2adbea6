package io.flotilla.http;

import io.flotilla.http.Problem.Kind;
import org.apache.pekko.event.LoggingAdapter;
import org.apache.pekko.http.ParsingErrorHandler;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.scaladsl.model.ErrorInfo;
import org.apache.pekko.http.scaladsl.model.StatusCode;
import org.apache.pekko.http.scaladsl.settings.ServerSettings;

/**
 * What is no HTTP request at all comes out as a problem like every other. Named in {@code reference.conf} and made by the library,
 * hence public. Logs nothing: whoever can connect could fill the disk.
 */
public final class ProblemParsingErrorHandler extends ParsingErrorHandler {

  @Override
  public HttpResponse handle(StatusCode status, ErrorInfo error, LoggingAdapter log, ServerSettings settings) {
    String detail = (error.summary() + ' ' + error.detail()).strip().replaceAll("\\s+", " ");
    return Answers.problem(switch (status.intValue()) {
      case 413 -> Problem.of(Kind.TOO_LARGE, detail);
      case 414 -> Problem.of(Kind.URI_TOO_LONG, "request target: more than %d bytes, allowed are at most that many"
          .formatted(settings.parserSettings().maxUriLength()));
      case 422 -> Problem.of(Kind.UNPROCESSABLE, detail);
      case 431 -> Problem.of(Kind.HEADERS_TOO_LARGE, detail);
      case 501 -> Problem.methodNotAllowed("method: %s, allowed are GET, HEAD, PUT, POST, DELETE".formatted(detail),
          "GET, HEAD, PUT, POST, DELETE");
      case 505 -> Problem.of(Kind.HTTP_VERSION_NOT_SUPPORTED, "protocol: allowed are HTTP/1.0 and HTTP/1.1");
      default -> Problem.badRequest(status.intValue() == 400 ? hint(detail) : detail);
    });
  }

  private static String hint(String detail) {
    return detail.contains("request-target")
        ? detail + "; allowed is percent-encoded UTF-8: a % with two hexadecimal digits for each byte that is not a plain character"
        : detail;
  }
}
