package io.flotilla.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** How a store spells an operation in HTTP/1.1. Used by one thread. */
interface Dialect {
  /** Room enough for what {@link #writeHead} writes. */
  int MAX_HEAD_BYTES = 512;

  /** Writes the request up to where {@link #body} goes on. */
  void writeHead(Operation operation, ByteBuffer target);

  /** The rest of the request, at position 0; shared, so to be duplicated before use. */
  ByteBuffer body(Operation operation);

  ByteBuffer NO_BODY = ByteBuffer.allocateDirect(0);

  static ByteBuffer direct(byte[] bytes) {
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  /** Flotilla's: keys in the path, raw values. */
  final class Flotilla implements Dialect {
    private static final byte[] GET = ascii("GET /v1/kv/");
    private static final byte[] PUT = ascii("PUT /v1/kv/");
    private final byte[] getTail;
    private final byte[] putTail;
    private final ByteBuffer[] bodies;

    Flotilla(Values values, int valueSizeBytes) {
      getTail = ascii(" HTTP/1.1\r\nHost: flotilla\r\n\r\n");
      putTail = ascii(" HTTP/1.1\r\nHost: flotilla\r\nContent-Type: application/octet-stream\r\nContent-Length: %d\r\n\r\n"
          .formatted(valueSizeBytes));
      bodies = new ByteBuffer[values.count()];
      for (int i = 0; i < bodies.length; i++) {
        bodies[i] = direct(values.get(i));
      }
    }

    @Override
    public void writeHead(Operation operation, ByteBuffer target) {
      boolean read = operation.kind() == Operation.Kind.READ;
      target.put(read ? GET : PUT).put(Keys.name(operation.key())).put(read ? getTail : putTail);
    }

    @Override
    public ByteBuffer body(Operation operation) {
      return operation.kind() == Operation.Kind.READ ? NO_BODY : bodies[operation.value() % bodies.length];
    }
  }

  /** That of etcd's JSON gateway: keys and values in Base64. Its reads are linearizable by default, as Flotilla's. */
  final class Etcd implements Dialect {
    private static final byte[] RANGE = head("/v3/kv/range", "{\"key\":\"\"}".length());
    private final byte[] put;
    private final ByteBuffer[] tails;
    private static final ByteBuffer RANGE_TAIL = direct(ascii("\"}"));

    Etcd(Values values) {
      tails = new ByteBuffer[values.count()];
      for (int i = 0; i < tails.length; i++) {
        tails[i] = direct(ascii("\",\"value\":\"" + Base64.getEncoder().encodeToString(values.get(i)) + "\"}"));
      }
      put = head("/v3/kv/put", "{\"key\":\"".length() + tails[0].remaining());
    }

    private static byte[] head(String path, int bytesWithoutKey) {
      int encodedKeyBytes = Base64.getEncoder().encode(new byte[Keys.LENGTH]).length;
      return ascii("POST %s HTTP/1.1\r\nHost: etcd\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n{\"key\":\""
          .formatted(path, bytesWithoutKey + encodedKeyBytes));
    }

    @Override
    public void writeHead(Operation operation, ByteBuffer target) {
      boolean read = operation.kind() == Operation.Kind.READ;
      target.put(read ? RANGE : put).put(Base64.getEncoder().encode(Keys.name(operation.key())));
    }

    @Override
    public ByteBuffer body(Operation operation) {
      return operation.kind() == Operation.Kind.READ ? RANGE_TAIL : tails[operation.value() % tails.length];
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
