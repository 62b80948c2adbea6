package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.kv.Key;
import io.flotilla.kv.KvReply;
import io.flotilla.kv.KvRequest;
import io.flotilla.kv.KvRequest.Condition;
import io.flotilla.kv.KvRequest.Consistency;
import io.flotilla.kv.SessionStamp;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The rows of the contract for {@code /v1/kv} and {@code /v1/batch}, as a client sees them. */
class KvRoutesTest {
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = new TestServer("");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void reset() {
    server.reset();
  }

  @Test
  void putTellsVersionAndRevisionAndTagsThem() {
    server.send("PUT", "/v1/kv/other", "x");
    HttpResponse<String> response = server.send("PUT", "/v1/kv/a", "value");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("{\"version\":1,\"revision\":2}");
    assertThat(response.headers().firstValue("ETag")).contains("\"2\"");
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
  }

  @Test
  void getReturnsTheRawValueWithItsTagAndVersion() {
    server.send("PUT", "/v1/kv/a", "v1");
    server.send("PUT", "/v1/kv/a", "völlig roh");
    HttpResponse<String> response = server.get("/v1/kv/a");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("völlig roh");
    assertThat(response.headers().firstValue("ETag")).contains("\"2\"");
    assertThat(response.headers().firstValue("Flotilla-Version")).contains("2");
    assertThat(response.headers().firstValue("Content-Type")).contains("application/octet-stream");
  }

  @Test
  void headIsGetWithoutTheBody() {
    server.send("PUT", "/v1/kv/a", "value");
    HttpResponse<String> response = server.send("HEAD", "/v1/kv/a", "");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEmpty();
    assertThat(response.headers().firstValue("Content-Length")).contains("5");
  }

  @Test
  void absentKeysAreNotFound() {
    assertThat(server.get("/v1/kv/nothing").statusCode()).isEqualTo(404);
  }

  @Test
  void deleteTellsWhetherThereWasAnything() {
    server.send("PUT", "/v1/kv/a", "value");

    assertThat(server.send("DELETE", "/v1/kv/a", "").body()).isEqualTo("{\"deleted\":true,\"revision\":2}");
    assertThat(server.send("DELETE", "/v1/kv/a", "").body()).isEqualTo("{\"deleted\":false,\"revision\":3}");
  }

  @Test
  void appendTellsTheLength() {
    server.send("PUT", "/v1/kv/a", "1234");
    HttpResponse<String> response = server.send("POST", "/v1/kv/a/append", "56");

    assertThat(response.body()).isEqualTo("{\"version\":2,\"revision\":2,\"length\":6}");
    assertThat(server.get("/v1/kv/a").body()).isEqualTo("123456");
  }

  @Test
  void emptyValuesAreValues() {
    assertThat(server.send("PUT", "/v1/kv/a", "").statusCode()).isEqualTo(200);
    assertThat(server.get("/v1/kv/a").body()).isEmpty();
  }

  @ParameterizedTest(name = "path {0} is the key {1}")
  @CsvSource(delimiter = '|', value = {
      "a%2Fb|a/b", "a%252Fb|a%2Fb", "a+b|a+b", "a%20b|a b", "%C3%A4|ä", "%F0%9F%90%9F|🐟", "append|append", "%2e%2e|..", "a%00|'a\0'"})
  void pathsArePercentEncodedUtf8(String path, String key) {
    assertThat(server.send("PUT", "/v1/kv/" + path, "x").statusCode()).isEqualTo(200);
    assertThat(server.store.requests()).singleElement()
        .satisfies(request -> assertThat(((KvRequest.Put) request).key()).isEqualTo(Key.of(key)));
  }

  @Test
  void keysMayHaveFourThousandAndNinetySixBytes() {
    assertThat(server.send("PUT", "/v1/kv/" + "%C3%A4".repeat(2048), "x").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({"'', LINEARIZABLE", "?consistency=linearizable, LINEARIZABLE", "?consistency=lease, LEASE", "?consistency=stale, STALE"})
  void readsSayHowFreshTheyAre(String query, Consistency consistency) {
    server.get("/v1/kv/a" + query);
    assertThat(server.store.requests()).containsExactly(new KvRequest.Get(Key.of("a"), consistency));
  }

  static Stream<Arguments> conditions() {
    return Stream.of(
        Arguments.of("", new String[] {}, Condition.ALWAYS),
        Arguments.of("?version=0", new String[] {}, new Condition.VersionIs(0)),
        Arguments.of("?version=9223372036854775807", new String[] {}, new Condition.VersionIs(Long.MAX_VALUE)),
        Arguments.of("", new String[] {"If-Match", "\"7\""}, new Condition.RevisionIs(7)),
        Arguments.of("", new String[] {"If-None-Match", "*"}, new Condition.Absent()));
  }

  @ParameterizedTest(name = "{0} {1}: {2}")
  @MethodSource("conditions")
  void everyWriteTakesConditions(String query, String[] headers, Condition condition) {
    server.send("PUT", "/v1/kv/a" + query, "x", headers);
    server.send("POST", "/v1/kv/a/append" + query, "x", headers);
    server.send("DELETE", "/v1/kv/a" + query, "", headers);

    assertThat(server.store.requests()).hasSize(3)
        .allSatisfy(request -> assertThat(((KvRequest.KeyWrite) request).condition()).isEqualTo(condition));
  }

  @Test
  void failedConditionsTellWhatIsThere() {
    server.send("PUT", "/v1/kv/a", "one");
    HttpResponse<String> response = server.send("PUT", "/v1/kv/a?version=0", "two");

    assertThat(response.statusCode()).isEqualTo(412);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(response.body()).contains("\"version\":1", "\"revision\":1", "\"status\":412", "\"outcome\":\"not-applied\"");
    assertThat(server.get("/v1/kv/a").body()).isEqualTo("one");
  }

  @Test
  void sessionsGoToTheStoreAsTheyCame() {
    UUID session = UUID.randomUUID();
    server.send("PUT", "/v1/kv/a", "x", "Flotilla-Session", session.toString(), "Flotilla-Sequence", "17");
    server.send("DELETE", "/v1/kv/a", "", "flotilla-session", session.toString(), "flotilla-sequence", "18");

    assertThat(server.store.stamps()).containsExactly(new SessionStamp(session, 17), new SessionStamp(session, 18));
  }

  @Test
  void scansTellItemsAndWhereToGoOn() {
    server.send("PUT", "/v1/kv/a", "1");
    server.send("PUT", "/v1/kv/b", "2");

    assertThat(server.get("/v1/kv?limit=1").body())
        .isEqualTo("{\"items\":[{\"key\":\"a\",\"value\":\"MQ==\",\"version\":1,\"revision\":1}],\"cursor\":\"more\"}");
    assertThat(server.get("/v1/kv").body()).contains("\"key\":\"b\"", "\"cursor\":null");
  }

  @Test
  void scansTakeTheirBoundsFromTheQuery() {
    server.get("/v1/kv?prefix=a%2F&start=a%2Fb&end=a%2Bz&limit=10000&cursor=c&consistency=stale");

    assertThat(server.store.requests()).singleElement().isInstanceOfSatisfying(KvRequest.Scan.class, scan -> {
      assertThat(scan.prefix()).isEqualTo(utf8("a/"));
      assertThat(scan.start()).hasValueSatisfying(start -> assertThat(start).isEqualTo(utf8("a/b")));
      assertThat(scan.end()).hasValueSatisfying(end -> assertThat(end).isEqualTo(utf8("a+z")));
      assertThat(scan.limit()).isEqualTo(10_000);
      assertThat(scan.cursor()).contains("c");
      assertThat(scan.consistency()).isEqualTo(Consistency.STALE);
    });
  }

  @Test
  void batchesGoToTheStoreInOrder() {
    server.store.answerWith(new KvReply.BatchApplied(
        List.of(new KvReply.Written(1, 1, 2), new KvReply.Written(2, 2, 3), new KvReply.Deleted(true, 3))));
    HttpResponse<String> response = server.send("POST", "/v1/batch", """
        {"ops":[{"op":"put","key":"a","value":"MTI=","version":0},
                {"op":"append","key":"a","value":"Mw=="},
                {"op":"delete","key":"b","revision":4}]}""", "Content-Type", "application/json");

    KvRequest.Batch batch = (KvRequest.Batch) server.store.requests().getFirst();
    assertThat(batch.writes()).map(KvRequest.KeyWrite::condition)
        .containsExactly(new Condition.VersionIs(0), Condition.ALWAYS, new Condition.RevisionIs(4));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("{\"results\":[{\"version\":1,\"revision\":1,\"length\":2},"
        + "{\"version\":2,\"revision\":2,\"length\":3},{\"deleted\":true,\"revision\":3}]}");
  }

  @Test
  void failedBatchesTellWhichOperationItWas() {
    server.store.answerWith(new KvReply.ConditionFailed(3, 9, 2));
    HttpResponse<String> failed = server.send("POST", "/v1/batch", """
        {"ops":[{"op":"delete","key":"b"}]}""", "Content-Type", "application/json");

    assertThat(failed.statusCode()).isEqualTo(412);
    assertThat(failed.body()).contains("\"version\":3", "\"revision\":9", "\"failedOp\":2");
  }

  static Stream<Arguments> replies() {
    return Stream.of(
        Arguments.of(new KvReply.NotFound(), 404, "not-applied", false),
        Arguments.of(new KvReply.ConditionFailed(0, 0, 0), 412, "not-applied", false),
        Arguments.of(new KvReply.Invalid("no"), 400, "not-applied", false),
        Arguments.of(new KvReply.TooLarge(5, 4), 413, "not-applied", false),
        Arguments.of(new KvReply.SequenceSuperseded(9), 409, "unknown", false),
        Arguments.of(new KvReply.Unavailable(KvReply.Reason.NO_LEADER, Duration.ofMillis(1200)), 503, "not-applied", true),
        Arguments.of(new KvReply.Unavailable(KvReply.Reason.OVERLOADED, Duration.ofMillis(1200)), 503, "not-applied", true),
        Arguments.of(new KvReply.Unavailable(KvReply.Reason.STORE_FULL, Duration.ofMillis(1200)), 503, "not-applied", true),
        Arguments.of(new KvReply.Unavailable(KvReply.Reason.TIMED_OUT, Duration.ofMillis(1200)), 503, "not-applied", true),
        Arguments.of(new KvReply.OutcomeUnknown(), 504, "unknown", false));
  }

  @ParameterizedTest(name = "{0} is {1} {2}")
  @MethodSource("replies")
  void everyUnhappyReplyHasItsStatus(KvReply reply, int status, String outcome, boolean retryAfter) {
    server.store.answerWith(reply);
    HttpResponse<String> response = server.send("PUT", "/v1/kv/a", "x");

    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(response.body()).contains("\"outcome\":\"" + outcome + '"', "\"status\":" + status, "\"type\":", "\"title\":", "\"detail\":");
    assertThat(response.headers().firstValue("Retry-After")).isEqualTo(retryAfter ? Optional.of("2") : Optional.empty());
  }

  @Test
  void bugsBehindTheFacadeAreInternalErrorsOfUnknownOutcome() {
    server.store.answerWith(new KvReply.BatchApplied(List.of(new KvReply.NotFound())));
    HttpResponse<String> response = server.send("PUT", "/v1/kv/a", "x");

    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(response.body()).contains("\"outcome\":\"unknown\"");
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
