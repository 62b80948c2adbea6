package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.kv.Key;
import io.flotilla.kv.KvReply;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Limits hold, and what is refused over them has not been applied. */
class OverloadTest {
  private static final String GET = "GET /v1/kv/a HTTP/1.1\r\nHost: h\r\n\r\n";
  private static final int LARGE_BYTES = 32 << 20;
  private static final KvReply LARGE = new KvReply.Found(new byte[LARGE_BYTES], 1, 1);
  private static final String PUT = "PUT /v1/kv/a HTTP/1.1\r\nHost: h\r\nContent-Length: ";

  @Test
  void bodiesBeyondTheBudgetAreRefusedUntilThereIsRoomAgain() throws InterruptedException {
    try (TestServer server = new TestServer("""
        flotilla { kv.max-value-size = 1000 B, http { max-batch-size = 1000 B, max-request-bytes-in-flight = 1500 B } }""");
        RawConnection first = server.connect(); RawConnection second = server.connect()) {
      CompletableFuture<KvReply> reply = new CompletableFuture<>();
      server.store.answerWhenDone(reply);
      first.send(PUT + "1000\r\n\r\n" + "x".repeat(1000));
      assertThat(server.store.awaitRequest()).isTrue();

      RawConnection.Response refused = second.send(PUT + "501\r\n\r\n" + "x".repeat(501)).receive();
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.headers()).containsKey("retry-after");
      assertThat(refused.body()).contains("1000 bytes", "501", "1500", "\"outcome\":\"not-applied\"");
      assertThat(server.store.requests()).hasSize(1);

      reply.complete(new KvReply.Written(1, 1, 1000));
      assertThat(first.receive().status()).isEqualTo(200);
      assertThat(second.send(PUT + "501\r\n\r\n" + "x".repeat(501)).receive().status()).isEqualTo(200);
    }
  }

  @Test
  void roomIsTakenBeforeTheBodyComes() {
    try (TestServer server = new TestServer("""
        flotilla { kv.max-value-size = 1000 B, http { max-batch-size = 1000 B, max-request-bytes-in-flight = 1500 B } }""");
        RawConnection stalled = server.connect(); RawConnection other = server.connect()) {
      stalled.send(PUT + "1000\r\nExpect: 100-continue\r\n\r\n");
      assertThat(stalled.receive().status()).isEqualTo(100);
      assertThat(other.send(PUT + "600\r\n\r\n" + "x".repeat(600)).receive().status()).isEqualTo(503);

      assertThat(stalled.send("x".repeat(1000)).receive().status()).isEqualTo(200);
      assertThat(other.send(PUT + "600\r\n\r\n" + "x".repeat(600)).receive().status()).isEqualTo(200);
    }
  }

  @Test
  void slowBodiesTimeOutAndGiveTheirRoomBack() {
    try (TestServer server = new TestServer("""
        flotilla { kv.max-value-size = 1000 B
          http { max-batch-size = 1000 B, max-request-bytes-in-flight = 1000 B, body-timeout = 100 ms } }""");
        RawConnection slow = server.connect(); RawConnection other = server.connect()) {
      assertThat(slow.send(PUT + "1000\r\n\r\nx").receive().status()).isEqualTo(408);
      assertThat(other.send(PUT + "1000\r\n\r\n" + "x".repeat(1000)).receive().status()).isEqualTo(200);
      assertThat(server.store.requests()).hasSize(1);
    }
  }

  @Test
  void aLargeAnswerHoldsItsRoomUntilItsClientHasTakenIt() throws InterruptedException {
    try (TestServer server = new TestServer("flotilla.http.max-request-bytes-in-flight = 40 MiB");
        RawConnection slow = server.connect(); RawConnection other = server.connect()) {
      CompletableFuture<KvReply> reply = new CompletableFuture<>();
      server.store.answerWhenDone(reply);
      slow.send(GET);
      assertThat(server.store.awaitRequest()).isTrue();
      reply.complete(LARGE); // more than the system buffers for a client that does not read
      awaitBytesInFlight(server, LARGE_BYTES);

      RawConnection.Response refused = other.send(GET).receive();
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.headers()).containsKey("retry-after");
      assertThat(refused.body()).contains("\"outcome\":\"not-applied\"");

      assertThat(slow.receive().body()).hasSize(LARGE_BYTES);
      awaitBytesInFlight(server, 0);
    }
  }

  @Test
  void roomForAnAnswerThatNobodyTakesComesBack() throws InterruptedException {
    try (TestServer server = new TestServer("flotilla.http.max-request-bytes-in-flight = 40 MiB")) {
      CompletableFuture<KvReply> early = new CompletableFuture<>();
      server.store.answerWhenDone(early);
      RawConnection leaving = server.connect();
      leaving.send(GET);
      assertThat(server.store.awaitRequest()).isTrue();
      early.complete(LARGE);
      leaving.close();
      awaitBytesInFlight(server, 0);

      server.store.answerWith(LARGE);
      assertThat(server.send("HEAD", "/v1/kv/a", "").statusCode()).isEqualTo(200);
      awaitBytesInFlight(server, 0);
    }
  }

  @Test
  void aScansAnswerCountsAsWell() {
    try (TestServer server = new TestServer("flotilla { kv.max-value-size = 1000 B, http { max-batch-size = 1000 B,"
        + " max-request-bytes-in-flight = 100000 B } }"); RawConnection connection = server.connect()) {
      server.store.answerWith(new KvReply.Scanned(List.of(new KvReply.Item(Key.of("a"), new byte[50_000], 1, 1)), Optional.empty()));
      assertThat(connection.send("GET /v1/kv HTTP/1.1\r\nHost: h\r\n\r\n").receive().status()).isEqualTo(503);
    }
  }

  private static void awaitBytesInFlight(TestServer server, int bytes) {
    server.awaitAssert(() -> assertThat(server.get("/metrics").body())
        .containsPattern("flotilla_http_request_bytes_in_flight %s\\n".formatted(Pattern.quote(Double.toString(bytes)))));
  }

  @Test
  void connectionsBeyondTheLimitAreToldAndClosed() {
    try (TestServer server = new TestServer("flotilla.http.max-connections = 1");
        RawConnection first = server.connect()) {
      assertThat(first.send("GET /livez HTTP/1.1\r\nHost: h\r\n\r\n").receive().status()).isEqualTo(200);
      try (RawConnection second = server.connect()) {
        RawConnection.Response refused = second.send("GET /livez HTTP/1.1\r\nHost: h\r\n\r\n").receive();

        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.headers()).containsKey("retry-after").containsEntry("connection", "close");
        assertThat(refused.body()).contains("1 connections");
        assertThat(second.isClosedByServer()).isTrue();
      }
    }
  }

  @Test
  void stoppingLetsTheRequestUnderWayFinish() throws InterruptedException {
    try (TestServer server = new TestServer(""); RawConnection connection = server.connect()) {
      CompletableFuture<KvReply> reply = new CompletableFuture<>();
      server.store.answerWhenDone(reply);
      connection.send("GET /v1/kv/a HTTP/1.1\r\nHost: h\r\n\r\n");
      assertThat(server.store.awaitRequest()).isTrue();

      CompletableFuture<?> stopped = server.binding.stop().toCompletableFuture();
      assertThat(stopped).isNotDone();
      reply.complete(new KvReply.Found(new byte[] {'x'}, 1, 1));

      assertThat(connection.receive().status()).isEqualTo(200);
      stopped.join();
      assertThat(connection.isClosedByServer()).isTrue();
    }
  }

  @Test
  void clientsThatSendTheirWholeBodyFirstStillHearTheRefusal() {
    try (TestServer server = new TestServer("")) {
      HttpResponse<String> response = server.send("PUT", "/v1/kv/a", "x".repeat(1_100_000));
      assertThat(response.statusCode()).isEqualTo(413);
    }
  }
}
