package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.mapreduce.JobSpec;
import io.flotilla.mapreduce.client.JobClient.JobReply;
import java.net.http.HttpResponse;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The rows of the contract for MapReduce. */
class JobRoutesTest {
  private static final String JOBS = "/v1/mapreduce/jobs";
  private static final String WORDCOUNT = "{\"job\":\"wordcount\",\"input\":[\"/data/*.txt\"],\"output\":\"/data/out\"}";
  private static final JobSpec SPEC =
      new JobSpec("wordcount", List.of("/data/*.txt"), "/data/out", 0, Collections.emptySortedMap(), Optional.empty());
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

  private static HttpResponse<String> submit(String body, String... headers) {
    String[] all = Stream.concat(Stream.of("Content-Type", "application/json"), Stream.of(headers)).toArray(String[]::new);
    return server.send("POST", JOBS, body, all);
  }

  @Test
  void aSubmissionIsAcceptedAndSaysWhereTheJobIs() {
    HttpResponse<String> response = submit(WORDCOUNT);

    assertThat(response.statusCode()).isEqualTo(202);
    assertThat(response.headers().firstValue("Location")).contains("/v1/mapreduce/jobs/job-1");
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(response.body()).startsWith("{\"id\":\"job-1\",\"job\":\"wordcount\"");
    assertThat(server.jobs.submissions()).singleElement().extracting(FakeJobs.Submission::spec).isEqualTo(SPEC);
  }

  @Test
  void everythingThatASubmissionSaysArrives() {
    submit("{\"job\":\"com.example.Job\",\"input\":[\"/a/*\",\"kv:b/\"],\"output\":\"kv:out/\",\"reducers\":10000,"
        + "\"params\":{\"y\":\"2\",\"x\":\"\"},\"jar\":\"/jobs/a.jar\"}");

    assertThat(server.jobs.submissions()).singleElement().extracting(FakeJobs.Submission::spec).isEqualTo(
        new JobSpec("com.example.Job", List.of("/a/*", "kv:b/"), "kv:out/", 10_000, new TreeMap<>(Map.of("x", "", "y", "2")),
            Optional.of("/jobs/a.jar")));
  }

  @Test
  void aRepetitionIsTheSameRequestAndOthersAreNot() {
    String[] session = {"Flotilla-Session", "123e4567-e89b-12d3-a456-426614174000", "Flotilla-Sequence", "7"};
    submit(WORDCOUNT, session);
    submit(WORDCOUNT, session);
    submit(WORDCOUNT);
    submit(WORDCOUNT);

    assertThat(server.jobs.submissions()).extracting(FakeJobs.Submission::requestId)
        .startsWith("123e4567-e89b-12d3-a456-426614174000/7", "123e4567-e89b-12d3-a456-426614174000/7")
        .hasSize(4).satisfies(ids -> assertThat(ids.stream().distinct()).hasSize(3));
  }

  @Test
  void aJobTellsHowFarItIs() {
    server.jobs.answerWith(new JobReply.Found(FakeJobs.running("job-1", SPEC)));

    assertThat(server.get(JOBS + "/job-1").body()).isEqualTo("{\"id\":\"job-1\",\"job\":\"wordcount\",\"input\":[\"/data/*.txt\"],"
        + "\"output\":\"/data/out\",\"reducers\":0,\"params\":{},\"jar\":null,\"state\":\"running\",\"coordinator\":\"n2\","
        + "\"submitted\":\"1970-01-01T00:00:00Z\",\"ended\":null,"
        + "\"map\":{\"tasks\":8,\"idle\":3,\"inProgress\":1,\"done\":4,\"fraction\":0.5625,\"retries\":1,\"backups\":2},"
        + "\"reduce\":{\"tasks\":2,\"idle\":2,\"inProgress\":0,\"done\":0,\"fraction\":0.0,\"retries\":0,\"backups\":0},"
        + "\"counters\":{\"map.input.records\":17},\"failure\":null,"
        + "\"slowest\":[{\"task\":\"m-00003\",\"node\":\"n1\",\"millis\":900,\"medianMillis\":300}],"
        + "\"skipped\":[{\"task\":\"m-00001\",\"source\":\"/in/a\",\"offset\":77,\"reason\":\"no good\"}]}");
  }

  @Test
  void aFailedJobSaysWhyAndWhen() {
    server.jobs.answerWith(new JobReply.Listed(List.of(FakeJobs.failed("job-2", SPEC), FakeJobs.running("job-1", SPEC))));

    assertThat(server.get(JOBS).body()).startsWith("{\"jobs\":[{\"id\":\"job-2\"").endsWith("]}")
        .contains("\"state\":\"failed\",\"coordinator\":null", "\"ended\":\"1970-01-01T00:01:01.500Z\"",
            "\"failure\":\"r-00000 failed 4 times\"", "{\"id\":\"job-1\"");
  }

  @Test
  void theIdIsDecodedAndTheCancelledJobComesBack() {
    server.jobs.answerWith(new JobReply.Found(FakeJobs.failed("a b", SPEC)));
    HttpResponse<String> response = server.send("DELETE", JOBS + "/a%20b", "");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).startsWith("{\"id\":\"a b\"");
    assertThat(server.jobs.cancelled()).containsExactly("a b");
  }

  static Stream<Arguments> replies() {
    return Stream.of(
        Arguments.of(new JobReply.NotFound("no job"), 404, "not-applied"),
        Arguments.of(new JobReply.Conflict("/data/out is there"), 409, "not-applied"),
        Arguments.of(new JobReply.Invalid("no file matches /data/*.txt"), 400, "not-applied"),
        Arguments.of(new JobReply.Unavailable("nobody coordinates"), 503, "not-applied"),
        Arguments.of(new JobReply.OutcomeUnknown("slow"), 504, "unknown"));
  }

  @ParameterizedTest(name = "{0} is {1} {2}")
  @MethodSource("replies")
  void everyUnhappyReplyHasItsStatus(JobReply reply, int status, String outcome) {
    server.jobs.answerWith(reply);

    assertThat(List.of(submit(WORDCOUNT), server.get(JOBS), server.get(JOBS + "/j"), server.send("DELETE", JOBS + "/j", "")))
        .allSatisfy(response -> {
          assertThat(response.statusCode()).isEqualTo(status);
          assertThat(response.body()).contains("\"outcome\":\"" + outcome + '"');
          assertThat(response.headers().firstValue("Retry-After").isPresent()).isEqualTo(status == 503);
        });
  }
}
