package io.flotilla.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseReaderTest {
  private static final String WITH_LENGTH = """
      HTTP/1.1 200 OK
      Content-Length: 5
      ETag: "7"

      hello""";
  private static final String CHUNKED = """
      HTTP/1.1 503 Service Unavailable
      transfer-encoding: chunked

      3
      abc
      1a
      abcdefghijklmnopqrstuvwxyz
      0

      """;
  private static final String EMPTY = """
      HTTP/1.1 404 Not Found
      Content-Length: 0
      Connection: close

      """;

  @ParameterizedTest(name = "in pieces of {0} bytes")
  @ValueSource(ints = {1, 2, 3, 7, 50, 1000})
  void findsEachResponseHoweverTheBytesArrive(int pieceBytes) throws ProtocolException {
    byte[] stream = (WITH_LENGTH + CHUNKED + WITH_LENGTH + EMPTY).replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII);
    ResponseReader reader = new ResponseReader();
    ByteBuffer buffer = ByteBuffer.allocate(2_000);
    List<Integer> statuses = new ArrayList<>();
    for (int from = 0; from < stream.length; from += pieceBytes) {
      buffer.put(stream, from, Math.min(pieceBytes, stream.length - from)).flip();
      while (reader.read(buffer)) {
        statuses.add(reader.status());
      }
      buffer.compact();
    }
    assertThat(statuses).containsExactly(200, 503, 200, 404);
    assertThat(reader.closes()).isTrue();
  }

  @Test
  void refusesWhatIsNoResponse() {
    ByteBuffer bytes = ByteBuffer.wrap("SSH-2.0-OpenSSH\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    assertThatThrownBy(() -> new ResponseReader().read(bytes)).isInstanceOf(ProtocolException.class);
  }
}
