package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is wrong with a request is said with its value and with what is allowed, and nothing is applied. */
class BadInputTest {
  private static final String UUID = "123e4567-e89b-12d3-a456-426614174000";
  /** A connection whose body is none is reset by the library 100 ms after, even if a busy machine has not answered by then. */
  private static final String ANSWERS_TAKE_THEIR_TIME = "flotilla.http.pekko.http.server.stream-cancellation-delay = 20 s";

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = new TestServer(ANSWERS_TAKE_THEIR_TIME);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @AfterEach
  void nothingWasApplied() {
    assertThat(server.store.requests()).isEmpty();
    assertThat(server.cluster.changes()).isEmpty();
    assertThat(server.jobs.submissions()).isEmpty();
    assertThat(server.jobs.cancelled()).isEmpty();
  }

  private static Arguments row(String requestLine, String headers, String body, int status, String... details) {
    return Arguments.of(requestLine, headers, body, status, details);
  }

  static Stream<Arguments> badRequests() {
    return Stream.of(
        // Keys.
        row("PUT /v1/kv/", "", "x", 400, "key: 0 bytes", "1 to 4096"),
        row("POST /v1/kv//append", "", "x", 400, "key: 0 bytes", "1 to 4096"),
        row("PUT /v1/kv/" + "k".repeat(4097), "", "x", 400, "key: 4097 bytes", "1 to 4096"),
        row("PUT /v1/kv/%FF", "", "x", 400, "key", "not UTF-8"),
        row("PUT /v1/kv/%C3", "", "x", 400, "key", "not UTF-8"),
        row("PUT /v1/kv/%ED%A0%80", "", "x", 400, "key", "not UTF-8"),
        row("PUT /v1/kv/%C0%AF", "", "x", 400, "key", "not UTF-8"),
        row("PUT /v1/kv/%zz", "", "x", 400, "%zz", "two hexadecimal digits"),
        row("PUT /v1/kv/a%4", "", "x", 400, "%4", "two hexadecimal digits"),
        row("PUT /v1/kv/ä", "", "x", 400, "request-target", "percent-encoded"),
        row("PUT /v1/kv/a/b", "", "x", 404, "%2F"),
        // Parameters.
        row("PUT /v1/kv/a?versoin=1", "", "x", 400, "'versoin'", "allowed are version"),
        row("PUT /v1/kv/a?version=1&version=1", "", "x", 400, "'version'", "more than once"),
        row("PUT /v1/kv/a?version=", "", "x", 400, "version: ''", "from 0 to 9223372036854775807"),
        row("PUT /v1/kv/a?version", "", "x", 400, "version: ''", "from 0 to 9223372036854775807"),
        row("PUT /v1/kv/a?version=-1", "", "x", 400, "'-1'", "from 0 to 9223372036854775807"),
        row("PUT /v1/kv/a?version=1.5", "", "x", 400, "'1.5'", "whole number"),
        row("PUT /v1/kv/a?version=9223372036854775808", "", "x", 400, "'9223372036854775808'", "9223372036854775807"),
        row("PUT /v1/kv/a?version=99999999999999999999999", "", "x", 400, "'99999999999999999999999'", "9223372036854775807"),
        row("PUT /v1/kv/a?version=abc", "", "x", 400, "'abc'", "whole number"),
        row("GET /v1/kv/a?version=1", "", "", 400, "'version'", "allowed are consistency"),
        row("GET /v1/kv/a?consistency=strong", "", "", 400, "'strong'", "linearizable, lease, stale"),
        row("GET /v1/kv?limit=0", "", "", 400, "limit: '0'", "from 1 to 10000"),
        row("GET /v1/kv?limit=10001", "", "", 400, "limit: '10001'", "from 1 to 10000"),
        row("GET /v1/kv?limit=many", "", "", 400, "limit: 'many'", "from 1 to 10000"),
        row("GET /v1/kv?prefx=a", "", "", 400, "'prefx'", "prefix, start, end, limit, cursor, consistency"),
        row("GET /v1/kv?prefix=%FF", "", "", 400, "prefix", "not UTF-8"),
        row("GET /v1/kv?start=" + "k".repeat(4097), "", "", 400, "start: 4097 bytes", "at most 4096"),
        row("GET /livez?verbose=1", "", "", 400, "'verbose'", "none here"),
        // Conditions.
        row("PUT /v1/kv/a", "If-Match: 7", "x", 400, "If-Match: 7", "double quotes"),
        row("PUT /v1/kv/a", "If-Match: W/\"7\"", "x", 400, "W/\"7\"", "double quotes"),
        row("PUT /v1/kv/a", "If-Match: \"7\", \"8\"", "x", 400, "If-Match", "7", "allowed"),
        row("PUT /v1/kv/a", "If-Match: \"7\"\r\nIf-Match: \"8\"", "x", 400, "If-Match", "more than once"),
        row("PUT /v1/kv/a", "If-Match: *", "x", 400, "If-Match: *", "double quotes"),
        row("PUT /v1/kv/a", "If-Match: \"seven\"", "x", 400, "'seven'", "whole number"),
        row("PUT /v1/kv/a", "If-None-Match: \"7\"", "x", 400, "If-None-Match: \"7\"", "only *"),
        row("PUT /v1/kv/a?version=1", "If-Match: \"7\"", "x", 400, "2 are given", "allowed is one"),
        row("DELETE /v1/kv/a", "If-Match: \"7\"\r\nIf-None-Match: *", "", 400, "2 are given", "allowed is one"),
        // Sessions.
        row("PUT /v1/kv/a", "Flotilla-Session: " + UUID, "x", 400, "Flotilla-Sequence", "go together"),
        row("PUT /v1/kv/a", "Flotilla-Sequence: 1", "x", 400, "Flotilla-Session", "go together"),
        row("PUT /v1/kv/a", "Flotilla-Session: me\r\nFlotilla-Sequence: 1", "x", 400, "'me'", "UUID"),
        row("PUT /v1/kv/a", "Flotilla-Session: 1-1-1-1-1\r\nFlotilla-Sequence: 1", "x", 400, "'1-1-1-1-1'", "UUID"),
        row("PUT /v1/kv/a", "Flotilla-Session: " + UUID + "\r\nFlotilla-Sequence: -1", "x", 400, "'-1'", "from 0 to"),
        // Methods and media types.
        row("POST /v1/kv/a", "", "x", 405, "POST", "GET, HEAD, PUT, DELETE"),
        row("PATCH /v1/kv/a", "", "x", 405, "PATCH", "GET, HEAD, PUT, DELETE"),
        row("PUT /v1/kv", "", "x", 405, "PUT", "GET, HEAD"),
        row("GET /v1/batch", "", "", 405, "GET", "POST"),
        row("DELETE /livez", "", "", 405, "DELETE", "GET, HEAD"),
        row("BREW /v1/kv/a", "", "", 405, "BREW", "GET, HEAD, PUT, POST, DELETE"),
        row("POST /v1/batch", "", "{}", 415, "application/octet-stream", "allowed is application/json"),
        row("POST /v1/batch", "Content-Type: text/plain", "{}", 415, "text/plain", "allowed is application/json"),
        row("POST /v1/groups", "Content-Type: text/plain", "{}", 415, "text/plain", "allowed is application/json"),
        row("PUT /v1/mapreduce/jobs", "", "{}", 405, "PUT", "GET, HEAD, POST"),
        row("POST /v1/mapreduce/jobs/j", "", "{}", 405, "POST", "GET, HEAD, DELETE"),
        row("POST /v1/mapreduce/jobs", "Content-Type: text/plain", "{}", 415, "text/plain", "allowed is application/json"),
        row("POST /v1/mapreduce/jobs?job=wordcount", "Content-Type: application/json", "{}", 400, "'job'", "none here"),
        row("GET /v1/mapreduce/jobs?state=running", "", "", 400, "'state'", "none here"),
        row("DELETE /v1/mapreduce/jobs/%FF", "", "", 400, "job", "not UTF-8"),
        row("DELETE /v1/mapreduce/jobs/", "", "", 400, "job: blank"),
        row("GET /v1/mapreduce", "", "", 404, "nothing at it"),
        row("GET /v1/mapreduce/tasks", "", "", 404, "nothing at it"),
        row("GET /v2/kv/a", "", "", 404, "nothing at it"),
        row("GET /", "", "", 404, "nothing at it"));
  }

  static Stream<Arguments> badDocuments() {
    return Stream.of(
        batch("", "empty", "one JSON object"),
        batch("{\"ops\":[", "malformed JSON", "line 1, column"),
        batch("{\"ops\":[]} x", "malformed JSON"),
        batch("{\"ops\":[]} {}", "malformed JSON", "more behind"),
        batch("{\"ops\":[NaN]}", "malformed JSON", "NaN"),
        batch("[]", "array", "allowed is an object"),
        batch("{}", "/ops", "missing"),
        batch("{\"ops\":{}}", "/ops: object", "allowed is an array"),
        batch("{\"ops\":[]}", "/ops: 0 operations", "1 to 1000"),
        batch("{\"ops\":[" + "1,".repeat(1000) + "1]}", "/ops: 1001 operations", "1 to 1000"),
        batch("{\"ops\":[],\"ops\":[]}", "malformed JSON", "Duplicate"),
        batch("{\"ops\":[],\"more\":1}", "/more: unknown field", "allowed are ops"),
        batch("{\"ops\":[7]}", "/ops/0: number", "allowed is an object"),
        batch("{\"ops\":[{\"key\":\"a\"}]}", "/ops/0/op: missing"),
        batch("{\"ops\":[{\"op\":\"swap\",\"key\":\"a\"}]}", "/ops/0/op: 'swap'", "put, append, delete"),
        batch("{\"ops\":[{\"op\":\"put\",\"key\":\"a\"}]}", "/ops/0/value: missing"),
        batch("{\"ops\":[{\"op\":\"put\",\"key\":1,\"value\":\"\"}]}", "/ops/0/key: number", "allowed is a string"),
        batch("{\"ops\":[{\"op\":\"put\",\"key\":\"\",\"value\":\"\"}]}", "/ops/0/key: 0 bytes", "1 to 4096"),
        batch("{\"ops\":[{\"op\":\"put\",\"key\":\"\\ud800\",\"value\":\"\"}]}", "/ops/0/key", "surrogate"),
        batch("{\"ops\":[{\"op\":\"put\",\"key\":\"a\",\"value\":\"?\"}]}", "/ops/0/value", "base64"),
        batch("{\"ops\":[{\"op\":\"put\",\"key\":\"a\",\"value\":\"YQ\"}]}", "/ops/0/value", "padding"),
        batch("{\"ops\":[{\"op\":\"put\",\"key\":\"a\",\"value\":\"YR==\"}]}", "/ops/0/value", "base64"),
        batch("{\"ops\":[{\"op\":\"delete\",\"key\":\"a\",\"value\":\"\"}]}", "/ops/0/value: unknown field", "op, key, version, revision"),
        batch("{\"ops\":[{\"op\":\"delete\",\"key\":\"a\",\"version\":-1}]}", "/ops/0/version: -1", "0 to 9223372036854775807"),
        batch("{\"ops\":[{\"op\":\"delete\",\"key\":\"a\",\"version\":1.5}]}", "/ops/0/version: 1.5", "whole number"),
        batch("{\"ops\":[{\"op\":\"delete\",\"key\":\"a\",\"version\":9223372036854775808}]}", "/ops/0/version: 9223372036854775808"),
        batch("{\"ops\":[{\"op\":\"delete\",\"key\":\"a\",\"version\":1,\"revision\":1}]}", "/ops/0/revision", "one condition"),
        batch("[".repeat(1000), "malformed JSON", "nesting depth"),
        row("POST /v1/batch", "Content-Type: application/json\r\nIf-Match: \"1\"", "{}", 400, "If-Match", "each operation"),
        json("POST /v1/groups", "{\"id\":\"g2\"}", "/replicas: missing"),
        json("POST /v1/groups", "{\"id\":\" \",\"replicas\":[\"n1\"]}", "/id: blank"),
        json("POST /v1/groups", "{\"id\":\"g2\",\"replicas\":[]}", "/replicas: empty"),
        json("POST /v1/groups", "{\"id\":\"g2\",\"replicas\":[\"n1\",\"n1\"]}", "/replicas", "named twice"),
        json("POST /v1/groups", "{\"id\":\"g2\",\"replicas\":[1]}", "/replicas", "number"),
        json("POST /v1/groups/g1/leader", "{\"leader\":\"n1\"}", "/leader: unknown field", "allowed are node"),
        json("PUT /v1/groups/g1/members", "{\"learners\":[]}", "/voters: missing"),
        json("PUT /v1/groups/g1/members", "{\"voters\":[\"n1\"],\"learners\":[\"n1\"]}", "/learners", "'n1'"));
  }

  static Stream<Arguments> badJobs() {
    return Stream.of(
        job("", "empty", "one JSON object"),
        job("[]", "array", "allowed is an object"),
        job("{}", "/job: missing"),
        job("{\"job\":7}", "/job: number", "allowed is a string"),
        job("{\"job\":\" \"}", "/job: blank", "built-in"),
        job("{\"job\":\"grep\"}", "/input: missing"),
        job("{\"job\":\"grep\",\"input\":\"/a\"}", "/input: string", "allowed is an array"),
        job("{\"job\":\"grep\",\"input\":[]}", "/input: empty", "one glob or more"),
        job("{\"job\":\"grep\",\"input\":[\"/a\",7]}", "/input: element 1 is number", "strings"),
        job("{\"job\":\"grep\",\"input\":[\"a/*.txt\"]}", "/input: 'a/*.txt'", "an absolute path or kv:PREFIX"),
        job("{\"job\":\"grep\",\"input\":[\"/a\\u0000b\"]}", "/input: no path"),
        job("{\"job\":\"grep\",\"input\":[\"/a\"]}", "/output: missing"),
        job("{\"job\":\"grep\",\"input\":[\"/a\"],\"output\":\"out\"}", "/output: 'out'", "an absolute path or kv:PREFIX"),
        job(withOutput("\"reducers\":0"), "/reducers: 0", "from 1 to 10000"),
        job(withOutput("\"reducers\":10001"), "/reducers: 10001", "from 1 to 10000"),
        job(withOutput("\"reducers\":-1"), "/reducers: -1"),
        job(withOutput("\"reducers\":2.5"), "/reducers: 2.5", "whole number"),
        job(withOutput("\"reducers\":\"4\""), "/reducers: string", "whole number"),
        job(withOutput("\"params\":[]"), "/params: array", "allowed is an object"),
        job(withOutput("\"params\":{\"pattern\":1}"), "/params/pattern: number", "allowed is a string"),
        job(withOutput("\"jar\":\"a.jar\""), "/jar: 'a.jar'", "allowed is an absolute path"),
        job(withOutput("\"inputs\":[]"), "/inputs: unknown field", "job, input, output, reducers, params, jar"),
        row("POST /v1/mapreduce/jobs", "Content-Type: application/json\r\nFlotilla-Sequence: 1", "{}", 400, "Flotilla-Session"));
  }

  private static Arguments job(String body, String... details) {
    return json("POST /v1/mapreduce/jobs", body, details);
  }

  private static String withOutput(String more) {
    return "{\"job\":\"grep\",\"input\":[\"/a\"],\"output\":\"/out\",%s}".formatted(more);
  }

  private static Arguments batch(String body, String... details) {
    return json("POST /v1/batch", body, details);
  }

  private static Arguments json(String requestLine, String body, String... details) {
    return row(requestLine, "Content-Type: application/json", body, 400, details);
  }

  @ParameterizedTest(name = "{0} [{1}]: {3}")
  @MethodSource({"badRequests", "badDocuments", "badJobs"})
  void isRefusedWithWhatIsAllowed(String requestLine, String headers, String body, int status, String[] details) {
    try (RawConnection connection = server.connect()) {
      RawConnection.Response response = connection.send("%s HTTP/1.1\r\nHost: h\r\n%sContent-Length: %d\r\n\r\n%s"
          .formatted(requestLine, headers.isEmpty() ? "" : headers + "\r\n", body.length(), body)).receive();

      assertThat(response.status()).isEqualTo(status);
      assertThat(response.headers()).containsEntry("content-type", "application/problem+json");
      assertThat(response.body().replace("\\\"", "\"")).contains(details)
          .contains("\"status\":" + status, "\"outcome\":\"not-applied\"")
          .doesNotContain("fasterxml", "StreamRead", "Feature", "REDACTED");
      assertThat(response.headers().containsKey("allow")).isEqualTo(status == 405);
    }
  }

  static Stream<Arguments> brokenMessages() {
    return Stream.of(
        Arguments.of("this-is-no-http-at-all\r\n\r\n", 400),
        Arguments.of("GET /livez HTTP/3.0\r\nHost: h\r\n\r\n", 505),
        Arguments.of("GET /livez HTTP/1.1\r\n\r\n", 400),
        Arguments.of("GET /livez HTTP/1.1\r\nHost: h\r\nHost: i\r\n\r\n", 400),
        Arguments.of("GET /livez HTTP/1.1\r\nHost: h\r\nbad header\r\n\r\n", 400),
        Arguments.of("PUT /v1/kv/a HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n", 400),
        Arguments.of("PUT /v1/kv/a HTTP/1.1\r\nHost: h\r\nContent-Length: ten\r\n\r\n", 400),
        Arguments.of("PUT /v1/kv/a HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999\r\n\r\n", 400),
        Arguments.of("PUT /v1/kv/a HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx", 400),
        Arguments.of("PUT /v1/kv/a HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nx", 400),
        Arguments.of("PUT /v1/kv/a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\nx", 400),
        Arguments.of("PUT /v1/kv/a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        Arguments.of("GET /livez HTTP/1.1\r\nHost: h\r\nX: " + "x".repeat(10_000) + "\r\n\r\n", 431),
        Arguments.of("GET /" + "x".repeat(60_000) + " HTTP/1.1\r\nHost: h\r\n\r\n", 414));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("brokenMessages")
  void whatIsNoHttpIsAProblemToo(String message, int status) {
    try (RawConnection connection = server.connect()) {
      RawConnection.Response response = connection.send(message).receive();

      assertThat(response.status()).as(response.body()).isEqualTo(status);
      assertThat(response.headers()).containsEntry("content-type", "application/problem+json");
      assertThat(response.body()).contains("\"status\":" + status, "\"outcome\":\"not-applied\"");
    }
  }

  @Test
  void bodiesCutShortAreNotApplied() {
    try (RawConnection connection = server.connect()) {
      connection.send("PUT /v1/kv/a HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nonly this").endOutput();
      assertThat(connection.receive().status()).isEqualTo(400);
    }
  }

  @Test
  void chunkedBodiesCutShortAreNotApplied() {
    try (RawConnection connection = server.connect()) {
      connection.send("PUT /v1/kv/a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n").endOutput();
      assertThat(connection.receive().status()).isEqualTo(400);
    }
  }

  @Test
  void bodiesDeclaredTooLargeAreRefusedUnread() {
    try (RawConnection connection = server.connect()) {
      RawConnection.Response response =
          connection.send("PUT /v1/kv/a HTTP/1.1\r\nHost: h\r\nContent-Length: 1048577\r\n\r\n").receive();

      assertThat(response.status()).isEqualTo(413);
      assertThat(response.body()).contains("1048577 bytes", "at most 1048576");
    }
  }

  @Test
  void bodiesFoundTooLargeAreRefusedAndTheConnectionGoesOn() {
    try (RawConnection connection = server.connect()) {
      connection.send("PUT /v1/kv/a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
      for (int i = 0; i < 20; i++) {
        connection.send("10000\r\n" + "x".repeat(0x10000) + "\r\n");
      }
      RawConnection.Response response = connection.send("0\r\n\r\n").receive();

      assertThat(response.status()).isEqualTo(413);
      assertThat(response.body()).contains("at most 1048576");
      assertThat(connection.send("GET /livez HTTP/1.1\r\nHost: h\r\n\r\n").receive().status()).isEqualTo(200);
    }
  }

  @Test
  void clientsThatExpectLeaveAreToldBeforeTheySendTooMuch() {
    try (RawConnection connection = server.connect()) {
      connection.send("PUT /v1/kv/a HTTP/1.1\r\nHost: h\r\nContent-Length: 2000000\r\nExpect: 100-continue\r\n\r\n");
      assertThat(connection.receive().status()).isEqualTo(413);
    }
  }
}
