package io.flotilla.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DialectTest {
  private static final int VALUE_BYTES = 100;
  private final Values values = new Values(VALUE_BYTES);

  private record Spelled(String head, byte[] body) {}

  private static Spelled spell(Dialect dialect, Operation operation) {
    ByteBuffer whole = ByteBuffer.allocate(10_000);
    dialect.writeHead(operation, whole);
    whole.put(dialect.body(operation).duplicate()).flip();
    String text = StandardCharsets.ISO_8859_1.decode(whole).toString();
    int end = text.indexOf("\r\n\r\n") + 4;
    return new Spelled(text.substring(0, end), text.substring(end).getBytes(StandardCharsets.ISO_8859_1));
  }

  @ParameterizedTest
  @EnumSource(Operation.Kind.class)
  void flotilla(Operation.Kind kind) {
    Spelled spelled = spell(new Dialect.Flotilla(values, VALUE_BYTES), new Operation(kind, 1_234, 7));
    assertThat(spelled.head()).startsWith((kind == Operation.Kind.READ ? "GET" : "PUT") + " /v1/kv/bench-000001234 HTTP/1.1\r\n");
    assertThat(spelled.body()).isEqualTo(kind == Operation.Kind.READ ? new byte[0] : values.get(7));
    if (kind == Operation.Kind.WRITE) {
      assertThat(spelled.head()).contains("Content-Length: 100\r\n");
    }
  }

  @ParameterizedTest
  @EnumSource(Operation.Kind.class)
  void etcd(Operation.Kind kind) throws IOException {
    Spelled spelled = spell(new Dialect.Etcd(values), new Operation(kind, 1_234, 7));
    assertThat(spelled.head()).startsWith("POST /v3/kv/" + (kind == Operation.Kind.READ ? "range" : "put") + " HTTP/1.1\r\n")
        .contains("Content-Length: %d\r\n".formatted(spelled.body().length));
    JsonNode body = new ObjectMapper().readTree(spelled.body());
    assertThat(new String(body.path("key").binaryValue(), StandardCharsets.US_ASCII)).isEqualTo("bench-000001234");
    if (kind == Operation.Kind.WRITE) {
      assertThat(body.path("value").binaryValue()).isEqualTo(values.get(7));
    }
  }
}
