package io.flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.flotilla.http.BuildInfo;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Usage, exit status, and what commands send; nodes are played by a small server. */
class CommandLineTest {
  private final CapturedCommandLine flotilla = new CapturedCommandLine();
  private final List<String> requests = new ArrayList<>();
  private HttpServer node;
  private int status = 200;
  private int swallowed;
  private String body = "{\"version\":3,\"revision\":17}";

  @TempDir
  private Path folder;

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
  @ValueSource(strings = {"", "up --nodes 0", "up --nodes ten", "up --heap huge", "up --heap 63m", "up --heap 1k", "up --http-port 0",
      "up --groups 65", "sail", "kv", "kv put onlykey", "kv cas k v", "kv cas k v --if-version x", "kv cas k v --if-version=-1",
      "kv delete k --if-revision=-1", "node --id n1 -Dflotila.insecure=on", "kv scan --limit 0", "kv get k --endpoint nonsense",
      "kv get k --endpoint ftp://h", "kv get k --timeout 0", "kv get k --timeout soon", "bench --endpoint nonsense",
      "bench --connections 0", "kv cas k v --version 3", "groups members g1", "status --no-such"})
  void wrongUsageIsStatus2AndSaysWhatIsRight(String line) {
    assertThat(flotilla.run(line.isEmpty() ? new String[0] : line.split(" "))).isEqualTo(2);
    assertThat(flotilla.err()).contains("Usage:");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "up", "down", "status", "node", "kv", "kv put", "kv cas", "kv scan", "groups", "groups list", "bench"})
  void everyCommandHasHelp(String command) {
    assertThat(flotilla.run((command + " --help").strip().split(" "))).isZero();
    assertThat(flotilla.out()).contains("Usage:");
  }

  @Test
  void aWriteGoesToTheKeysPathWithASessionAndTellsTheVersion() {
    assertThat(flotilla.run("kv", "put", "a/b c", "value", "--endpoint", url())).isZero();
    assertThat(requests).containsExactly("PUT /v1/kv/a%2Fb%20c value session");
    assertThat(flotilla.out().strip()).isEqualTo("version 3 revision 17");
  }

  @Test
  void aConditionTravels() {
    assertThat(flotilla.run("kv", "cas", "k", "v", "--if-version", "2", "--endpoint", url())).isZero();
    assertThat(requests).containsExactly("PUT /v1/kv/k?version=2 v session");
  }

  @Test
  void whatTheServerRefusesIsStatus1WithItsReason() {
    status = 412;
    body = "{\"title\":\"Precondition failed\",\"detail\":\"the version is 5\",\"outcome\":\"not-applied\"}";
    assertThat(flotilla.run("kv", "cas", "k", "v", "--if-absent", "--endpoint", url())).isEqualTo(1);
    assertThat(flotilla.err()).contains("the version is 5 (not-applied)");
  }

  @Test
  void anAbsentKeyIsStatus1() {
    status = 404;
    assertThat(flotilla.run("kv", "get", "k", "--endpoint", url())).isEqualTo(1);
    assertThat(flotilla.err()).contains("no key 'k'");
  }

  @Test
  void theNextNodeIsAskedWhenOneIsAway() throws IOException {
    assertThat(flotilla.run("kv", "put", "k", "v", "--json", "--endpoint", "http://127.0.0.1:" + freePort() + "," + url())).isZero();
    assertThat(flotilla.out()).contains("{\"version\":3,\"revision\":17}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"kv put k v", "kv append k v", "kv delete k", "groups transfer g1 n2"})
  void aChangeThatANodeSwallowedIsUnknownWhateverTheNextOneSays(String change) {
    swallowed = 1;
    status = 503;
    body = "{\"detail\":\"no leader\",\"outcome\":\"not-applied\"}";
    assertThat(flotilla.run((change + " --endpoint " + url()).split(" "))).isEqualTo(1);
    assertThat(requests).hasSize(2);
    assertThat(flotilla.err()).contains(url(), "(unknown)").doesNotContain("not-applied");
  }

  @Test
  void aReadThatANodeSwallowedIsWhatTheNextOneSays() {
    swallowed = 1;
    status = 503;
    body = "{\"detail\":\"no leader\"}";
    assertThat(flotilla.run("kv", "get", "k", "--endpoint", url())).isEqualTo(1);
    assertThat(flotilla.err()).contains("no leader");
  }

  @Test
  void aNodeThatSaysNothingIsNotWaitedForLongerThanTold() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      String url = "http://127.0.0.1:" + silent.getLocalPort();
      assertThat(flotilla.run("kv", "put", "k", "v", "--timeout", "1", "--endpoint", url + ",http://127.0.0.1:" + freePort())).isEqualTo(1);
      assertThat(flotilla.err()).contains(url, "timed out (unknown)");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 4097})
  void aKeyThatNoStoreTakesIsWrongUsage(int bytes) {
    assertThat(flotilla.run("kv", "get", "k".repeat(bytes), "--endpoint", url())).isEqualTo(2);
    assertThat(flotilla.err()).contains("1 to 4096 bytes", "this one " + bytes);
    assertThat(requests).isEmpty();
  }

  @Test
  void aGroupsNameTravelsAsItIs() {
    assertThat(flotilla.run("groups", "transfer", "g 1/x", "n1", "--endpoint", url())).isZero();
    assertThat(requests.getFirst()).startsWith("POST /v1/groups/g%201%2Fx/leader");
  }

  @Test
  void membersAreSentAsTheContractSays() {
    assertThat(flotilla.run("groups", "members", "g1", "--voters", "n1,n2", "--learners", "n3", "--endpoint", url())).isZero();
    assertThat(requests).containsExactly("PUT /v1/groups/g1/members {\"voters\":[\"n1\",\"n2\"],\"learners\":[\"n3\"]} none");
  }

  @Test
  void withoutAClusterTheFolderIsNamed() {
    assertThat(flotilla.run("kv", "get", "k", "--data", folder.toString())).isEqualTo(1);
    assertThat(flotilla.run("status", "--data", folder.toString())).isEqualTo(1);
    assertThat(flotilla.err()).contains(folder.toString());
  }

  @Test
  void aPortThatIsHeldIsNamedWithItsNodeAndNothingStarts() throws IOException {
    try (ServerSocket held = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(flotilla.run("up", "--nodes", "1", "--data", folder.toString(), "--http-port", Integer.toString(held.getLocalPort())))
          .isEqualTo(1);
      assertThat(flotilla.err()).contains("port " + held.getLocalPort()).contains("n1");
    }
    assertThat(folder.resolve("nodes.json")).doesNotExist();
  }

  @Test
  void aWrongSettingIsNamedBeforeAnythingStartsAndIsNotRemembered() throws IOException {
    assertThat(flotilla.run("up", "--nodes", "1", "--data", folder.toString(), "--http-port", Integer.toString(freePort()),
        "-Dflotilla.kv.max-value-size=-5")).isEqualTo(1);
    assertThat(flotilla.err()).contains("flotilla.kv.max-value-size", "-5", "from 1");
    assertThat(folder.resolve("nodes.json")).doesNotExist();
    assertThat(folder.resolve("cluster.json")).doesNotExist();
  }

  @Test
  void aFolderThatCannotBeUsedIsNamedWithTheReason() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThat(flotilla.run("up", "--data", file.resolve("cluster").toString())).isEqualTo(1);
    assertThat(flotilla.err()).contains(file.toString(), "cannot be used");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--version", "kv --version", "kv put --version", "bench failover -V"})
  void theVersionIsTheBuilds(String line) {
    assertThat(flotilla.run(line.split(" "))).isZero();
    assertThat(flotilla.out()).startsWith("Flotilla ").contains(BuildInfo.version());
  }

  private String url() {
    return "http://127.0.0.1:" + node.getAddress().getPort();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    String sent = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String session = exchange.getRequestHeaders().containsKey("Flotilla-Session") ? "session" : "none";
    requests.add("%s %s %s %s".formatted(exchange.getRequestMethod(), exchange.getRequestURI(), sent, session));
    if (swallowed-- > 0) {
      exchange.close();
      return;
    }
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}
