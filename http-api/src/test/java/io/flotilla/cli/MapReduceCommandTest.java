package io.flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the commands for jobs send, how they wait, and what they print; a node is played by a small server. */
class MapReduceCommandTest {
  private static final String HERE = Path.of("").toAbsolutePath().toString();
  private static final String RUNNING = job("running", "null", "4", "0.5", "null");
  private static final String SUCCEEDED = job("succeeded", "\"2026-01-01T00:01:07.500Z\"", "8", "1.0", "null");
  private static final String CANCELLED = job("cancelled", "\"2026-01-01T00:00:03Z\"", "4", "0.5", "null");
  private static final String FAILED = job("failed", "\"2026-01-01T00:00:02Z\"", "8", "1.0", "\"m-00003 failed 4 times: /data/a:17\"");

  private final CapturedCommandLine flotilla = new CapturedCommandLine();
  private final List<String> requests = new ArrayList<>();
  /** Status and body of each answer; the last one again and again. */
  private final Deque<String> answers = new ArrayDeque<>();
  private HttpServer node;

  @TempDir
  private Path folder;

  private static String job(String state, String ended, String done, String fraction, String failure) {
    return """
        {"id":"job-1","job":"wordcount","input":["/a"],"output":"/data/out","reducers":2,"params":{},"jar":null,"state":"%s",
        "coordinator":"n1","submitted":"2026-01-01T00:00:00Z","ended":%s,
        "map":{"tasks":8,"idle":0,"inProgress":0,"done":%s,"fraction":%s,"retries":1,"backups":2},
        "reduce":{"tasks":2,"idle":0,"inProgress":0,"done":2,"fraction":1.0,"retries":0,"backups":1},
        "counters":{"map.input.records":120000,"map.input.bytes":10200000,"map.output.records":1,"spill.files":8,
        "spill.records":120000,"shuffle.bytes":2100,"reduce.input.groups":7,"skipped.records":3,"words.odd":1234},
        "failure":%s,"slowest":[{"task":"m-00003","node":"n2","millis":1200,"medianMillis":800}],
        "skipped":[{"task":"m-00001","source":"/a","offset":77,"reason":"no good"}]}"""
        .formatted(state, ended, done, fraction, failure).replace("\n", "");
  }

  @BeforeEach
  void startNode() throws IOException {
    node = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    node.createContext("/", this::answer);
    node.start();
  }

  @AfterEach
  void stopNode() {
    node.stop(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mr", "mr run", "mr run wordcount", "mr run wordcount --input a", "mr run wordcount --output b",
      "mr run --input a --output b", "mr run wordcount --input a --output b --reducers 0", "mr status", "mr cancel",
      "mr run wordcount --input a --output b --reducers 10001", "mr run wordcount --input a --output b --param pattern"})
  void wrongUsageIsStatus2(String line) {
    assertThat(flotilla.run(line.split(" "))).isEqualTo(2);
    assertThat(flotilla.err()).contains("Usage:");
    assertThat(requests).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"mr", "mr run", "mr list", "mr jobs", "mr status", "mr cancel"})
  void everyCommandHasHelp(String command) {
    assertThat(flotilla.run((command + " --help").split(" "))).isZero();
    assertThat(flotilla.out()).contains("Usage:");
  }

  @Test
  void aSubmissionHasAbsolutePathsAndASession() {
    answers.add("202 " + RUNNING);
    assertThat(flotilla.run("mr", "run", "wordcount", "--input", "a/*.txt", "../b", "kv:c/", "--input", "/d", "--output", "out",
        "--reducers", "4", "--param", "x=1", "--jar", "my.jar", "--no-wait", "--endpoint", url())).isZero();
    assertThat(requests).containsExactly(("POST /v1/mapreduce/jobs session {\"job\":\"wordcount\",\"input\":[\"%s/a/*.txt\",\"%s/b\","
        + "\"kv:c/\",\"/d\"],\"output\":\"%s/out\",\"reducers\":4,\"params\":{\"x\":\"1\"},\"jar\":\"%s/my.jar\"}")
        .formatted(HERE, Path.of(HERE).getParent(), HERE, HERE));
    assertThat(flotilla.out().strip()).isEqualTo("job-1");
  }

  @Test
  void whatTheShellHasExpandedIsAFileWhateverItsName() throws IOException {
    Path odd = Files.createFile(folder.resolve("a[1]*.txt"));
    answers.add("202 " + RUNNING);
    assertThat(flotilla.run("mr", "run", "wordcount", "--input", odd.toString(), "--output", "kv:out/", "--no-wait",
        "--endpoint", url())).isZero();
    assertThat(requests.getFirst()).contains("/a\\\\[1\\\\]\\\\*.txt\"", "\"output\":\"kv:out/\"");
  }

  @Test
  void runFollowsTheJobToItsEndAndSumsUp() {
    answers.addAll(List.of("202 " + RUNNING, "200 " + RUNNING, "200 " + SUCCEEDED));
    assertThat(flotilla.run("mr", "run", "wordcount", "--input", "/a", "--output", "/data/out", "--endpoint", url())).isZero();
    assertThat(requests).hasSize(3).last().asString().startsWith("GET /v1/mapreduce/jobs/job-1");
    assertThat(flotilla.err()).contains("job-1 submitted", "job-1: map, 8 tasks", "job-1: reduce, 2 tasks");
    assertThat(flotilla.out()).contains("job-1 wordcount: succeeded after 1:07 min",
        "8 tasks, 1 retry, 2 backups, 120,000 records of 10.2 MB in, 1 record out, 8 spills of 120,000 records",
        "2.1 kB", "2 tasks, 0 retries, 1 backup, 7 groups", "3 bad records", "/a:77 in m-00001: no good",
        "m-00003 on n2: 1.2 s, 1.5 times the median",
        "words.odd 1,234", "/data/out");
  }

  @Test
  void aFailedJobIsStatus1WithItsReason() {
    answers.addAll(List.of("202 " + RUNNING, "200 " + FAILED));
    assertThat(flotilla.run("mr", "run", "wordcount", "--input", "/a", "--output", "/data/out", "--endpoint", url())).isEqualTo(1);
    assertThat(flotilla.out()).contains("failed after 2.0 s", "m-00003 failed 4 times: /data/a:17");
  }

  @Test
  void theEndIsJsonIfAskedFor() {
    answers.addAll(List.of("202 " + RUNNING, "200 " + SUCCEEDED));
    assertThat(flotilla.run("mr", "run", "wordcount", "--input", "/a", "--output", "/data/out", "--json", "--endpoint", url())).isZero();
    assertThat(flotilla.out().strip()).isEqualTo(SUCCEEDED);
  }

  @Test
  void aRefusalIsStatus1AndIsNotRepeated() {
    answers.add("409 {\"detail\":\"/data/out is there\",\"outcome\":\"not-applied\"}");
    assertThat(flotilla.run("mr", "run", "wordcount", "--input", "/a", "--output", "/data/out", "--endpoint", url())).isEqualTo(1);
    assertThat(flotilla.err()).contains("/data/out is there (not-applied)");
    assertThat(requests).hasSize(1);
  }

  @Test
  void notNowAndNoAnswerAreAskedAgainWithTheSameSession() {
    String notNow = "503 {\"detail\":\"nobody coordinates\",\"outcome\":\"not-applied\"}";
    answers.addAll(List.of(notNow, notNow, notNow, "504 {\"detail\":\"slow\",\"outcome\":\"unknown\"}", "202 " + RUNNING, notNow, notNow,
        "200 " + SUCCEEDED));
    assertThat(flotilla.run("mr", "run", "wordcount", "--input", "/a", "--output", "/data/out", "--endpoint", url())).isZero();
    assertThat(requests).hasSize(8);
  }

  @Test
  void listStatusAndCancelTellOfJobs() {
    answers.add("200 {\"jobs\":[%s,%s]}".formatted(RUNNING, FAILED));
    assertThat(flotilla.run("mr", "list", "--endpoint", url())).isZero();
    assertThat(flotilla.out()).contains("ID", "job-1", "running", "50 %", "failed", "2.0 s");
    answers.clear();
    answers.add("200 " + RUNNING);
    assertThat(flotilla.run("mr", "status", "job-1", "--endpoint", url())).isZero();
    assertThat(flotilla.out()).contains("4 of 8 tasks done");
  }

  @Test
  void cancelWaitsForTheEnd() {
    answers.addAll(List.of("200 " + RUNNING, "200 " + CANCELLED));
    assertThat(flotilla.run("mr", "cancel", "job/1", "--endpoint", url())).isZero();
    assertThat(requests.getFirst()).startsWith("DELETE /v1/mapreduce/jobs/job%2F1");
    assertThat(flotilla.out()).contains("cancelled after");
    answers.clear();
    answers.add("200 " + FAILED);
    assertThat(flotilla.run("mr", "cancel", "job-1", "--endpoint", url())).isEqualTo(1); // as it had ended otherwise
  }

  private String url() {
    return "http://127.0.0.1:" + node.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String sent = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String session = exchange.getRequestHeaders().containsKey("Flotilla-Session") ? " session" : "";
    requests.add("%s %s%s %s".formatted(exchange.getRequestMethod(), exchange.getRequestURI(), session, sent));
    String[] answer = (answers.size() > 1 ? answers.poll() : answers.peek()).split(" ", 2);
    byte[] bytes = answer[1].getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(Integer.parseInt(answer[0]), bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}
