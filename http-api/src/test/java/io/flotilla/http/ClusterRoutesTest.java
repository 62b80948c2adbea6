package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.kv.registry.ClusterAdmin.AdminReply;
import io.flotilla.kv.registry.ClusterAdmin.Readiness;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The rows of the contract for operators. */
class ClusterRoutesTest {
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
  void clusterListsNodesAndGroups() {
    assertThat(server.get("/v1/cluster").body())
        .startsWith("{\"nodes\":[{\"id\":\"n1\",\"address\":\"127.0.0.1:7001\",\"http\":\"http://127.0.0.1:8080\",\"state\":\"up\","
            + "\"groups\":[\"g1\",\"meta\"],\"shards\":16}")
        .contains("\"http\":null,\"state\":\"unreachable\"", "\"groups\":[{\"id\":\"g1\"");
  }

  @Test
  void groupsListTheirReplicas() {
    assertThat(server.get("/v1/groups").body()).startsWith("{\"groups\":[{\"id\":\"g1\",\"leader\":\"n2\",\"term\":3,"
        + "\"voters\":[\"n1\",\"n2\"],\"learners\":[\"n3\"],\"replicas\":[{\"node\":\"n1\",\"role\":\"follower\",\"term\":3,"
        + "\"commitIndex\":10,\"lastApplied\":9,\"lastIndex\":11,\"snapshotIndex\":5}]}");
  }

  @Test
  void oneGroupStandsAlone() {
    assertThat(server.get("/v1/groups/meta").body()).startsWith("{\"id\":\"meta\",\"leader\":null,\"term\":1,");
    HttpResponse<String> unknown = server.get("/v1/groups/g7");
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(unknown.body()).contains("'g7'", "[g1, meta]");
  }

  @Test
  void whichGroupsThereAreMayNotBeKnownYet() {
    server.cluster.knowNoGroups();
    HttpResponse<String> answer = server.get("/v1/groups/g1");
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Retry-After")).contains("1");
    assertThat(answer.body()).contains("'g1'", "not heard");
  }

  static Stream<Arguments> changes() {
    return Stream.of(
        Arguments.of("POST", "/v1/groups", "{\"id\":\"g2\",\"replicas\":[\"n3\",\"n1\"]}", 201, "add g2 [n1, n3]"),
        Arguments.of("DELETE", "/v1/groups/g2", "", 200, "remove g2"),
        Arguments.of("POST", "/v1/groups/g1/leader", "{\"node\":\"n3\"}", 200, "transfer g1 to n3"),
        Arguments.of("PUT", "/v1/groups/g1/members", "{\"voters\":[\"n1\",\"n2\"],\"learners\":[\"n3\"]}", 200,
            "members g1 [n1, n2] [n3]"),
        Arguments.of("PUT", "/v1/groups/g%201/members", "{\"voters\":[\"n1\"]}", 200, "members g 1 [n1] []"));
  }

  @ParameterizedTest(name = "{0} {1} {2}: {4}")
  @MethodSource("changes")
  void changesAreHandedOn(String method, String path, String body, int status, String change) {
    HttpResponse<String> response = server.send(method, path, body, "Content-Type", "application/json");

    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(server.cluster.changes()).containsExactly(change);
  }

  static Stream<Arguments> replies() {
    return Stream.of(
        Arguments.of(new AdminReply.NotFound("no g7"), 404, "not-applied"),
        Arguments.of(new AdminReply.Conflict("busy"), 409, "not-applied"),
        Arguments.of(new AdminReply.Invalid("bad name"), 400, "not-applied"),
        Arguments.of(new AdminReply.Unavailable("no leader"), 503, "not-applied"),
        Arguments.of(new AdminReply.OutcomeUnknown("slow"), 504, "unknown"));
  }

  @ParameterizedTest(name = "{0} is {1} {2}")
  @MethodSource("replies")
  void everyUnhappyReplyHasItsStatus(AdminReply reply, int status, String outcome) {
    server.cluster.answerWith(reply);
    HttpResponse<String> response = server.send("DELETE", "/v1/groups/g1", "");

    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.body()).contains("\"outcome\":\"" + outcome + '"');
    assertThat(response.headers().firstValue("Retry-After").isPresent()).isEqualTo(status == 503);
  }

  @Test
  void aliveIsAliveWhateverTheGroupsDo() {
    server.cluster.be(new Readiness(false, List.of("g1")));
    assertThat(server.get("/livez").statusCode()).isEqualTo(200);
  }

  @Test
  void readyMeansThatEveryReplicaKnowsALeader() {
    assertThat(server.get("/readyz").statusCode()).isEqualTo(200);
    server.cluster.be(new Readiness(false, List.of("g1", "meta")));
    HttpResponse<String> response = server.get("/readyz");

    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.body()).contains("\"groupsWithoutLeader\":[\"g1\",\"meta\"]");
    assertThat(response.headers().firstValue("Retry-After")).isPresent();
  }

  @Test
  void metricsCountRequestsByRouteAndStatus() {
    server.get("/v1/kv/absent");
    HttpResponse<String> response = server.get("/metrics");

    assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/plain; version=0.0.4");
    assertThat(response.body())
        .contains("flotilla_http_requests_seconds_count{method=\"GET\",route=\"/v1/kv/{key}\",status=\"404\"}")
        .contains("flotilla_http_connections", "jvm_memory_used_bytes", "flotilla_build_info")
        .contains("version=\"" + BuildInfo.version() + '"').doesNotContain("development");
  }
}
