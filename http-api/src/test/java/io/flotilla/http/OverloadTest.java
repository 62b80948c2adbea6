package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.kv.KvReply;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Limits hold, and what is refused over them has not been applied. */
class OverloadTest {
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
