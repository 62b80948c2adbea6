package io.flotilla.bench;

import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Finds the end of HTTP/1.1 responses in a stream of bytes, and their status; bodies are skipped. Knows just what servers of
 * key-value stores send: a length or chunks, no trailers, no interim responses.
 */
final class ResponseReader {
  private static final byte[] CONTENT_LENGTH = "content-length:".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CHUNKED = "transfer-encoding: chunked".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CLOSE = "connection: close".getBytes(StandardCharsets.US_ASCII);

  private enum Part {
    HEAD, BODY, CHUNK_SIZE, CHUNK, CHUNK_END, LAST_CHUNK_END
  }

  private Part part = Part.HEAD;
  private int status;
  private long left;
  private boolean chunked;
  private boolean closes;

  /**
   * Takes what it can of the bytes between position and limit; what it leaves (an incomplete line) has to come again, with more.
   *
   * @return whether a response has ended; bytes after it are left alone
   * @throws ProtocolException this is not a response
   */
  boolean read(ByteBuffer bytes) throws ProtocolException {
    while (true) {
      switch (part) {
        case HEAD -> {
          if (!readHead(bytes)) {
            return false;
          }
          part = chunked ? Part.CHUNK_SIZE : Part.BODY;
        }
        case BODY -> {
          if (!skip(bytes)) {
            return false;
          }
          return ended();
        }
        case CHUNK_SIZE -> {
          int end = lineEnd(bytes);
          if (end < 0) {
            return false;
          }
          left = number(bytes, bytes.position(), end, 16);
          bytes.position(end + 2);
          part = left == 0 ? Part.LAST_CHUNK_END : Part.CHUNK;
        }
        case CHUNK -> {
          if (!skip(bytes)) {
            return false;
          }
          part = Part.CHUNK_END;
        }
        case CHUNK_END, LAST_CHUNK_END -> {
          if (bytes.remaining() < 2) {
            return false;
          }
          bytes.position(bytes.position() + 2);
          if (part == Part.LAST_CHUNK_END) {
            return ended();
          }
          part = Part.CHUNK_SIZE;
        }
      }
    }
  }

  /** Status of the response that ended last. */
  int status() {
    return status;
  }

  /** Whether the server closes the connection after that response. */
  boolean closes() {
    return closes;
  }

  private boolean ended() {
    part = Part.HEAD;
    return true;
  }

  private boolean readHead(ByteBuffer bytes) throws ProtocolException {
    int end = headEnd(bytes);
    if (end < 0) {
      return false;
    }
    int start = bytes.position();
    if (end - start < "HTTP/1.1 200".length() || bytes.get(start) != 'H') {
      throw new ProtocolException("not an HTTP response");
    }
    status = (int) number(bytes, start + "HTTP/1.1 ".length(), start + "HTTP/1.1 200".length(), 10);
    left = 0;
    chunked = false;
    closes = false;
    int line = nextLine(bytes, start);
    while (line < end) {
      int next = nextLine(bytes, line);
      if (startsWith(bytes, line, CONTENT_LENGTH)) {
        left = number(bytes, line + CONTENT_LENGTH.length, next - 2, 10);
      } else if (startsWith(bytes, line, CHUNKED)) {
        chunked = true;
      } else if (startsWith(bytes, line, CLOSE)) {
        closes = true;
      }
      line = next;
    }
    bytes.position(end + 2);
    return true;
  }

  private boolean skip(ByteBuffer bytes) {
    int taken = (int) Math.min(left, bytes.remaining());
    bytes.position(bytes.position() + taken);
    left -= taken;
    return left == 0;
  }

  /** Where the empty line after the head begins, or -1. */
  private static int headEnd(ByteBuffer bytes) {
    for (int i = bytes.position(); i + 3 < bytes.limit(); i++) {
      if (bytes.get(i) == '\r' && bytes.get(i + 2) == '\r' && bytes.get(i + 1) == '\n' && bytes.get(i + 3) == '\n') {
        return i + 2;
      }
    }
    return -1;
  }

  private static int lineEnd(ByteBuffer bytes) {
    for (int i = bytes.position(); i + 1 < bytes.limit(); i++) {
      if (bytes.get(i) == '\r' && bytes.get(i + 1) == '\n') {
        return i;
      }
    }
    return -1;
  }

  /** Only inside a head that is all there. */
  private static int nextLine(ByteBuffer bytes, int from) {
    int i = from;
    while (bytes.get(i) != '\n') {
      i++;
    }
    return i + 1;
  }

  private static boolean startsWith(ByteBuffer bytes, int at, byte[] lowerCase) {
    if (at + lowerCase.length > bytes.limit()) {
      return false;
    }
    for (int i = 0; i < lowerCase.length; i++) {
      int c = bytes.get(at + i);
      if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != lowerCase[i]) {
        return false;
      }
    }
    return true;
  }

  private static long number(ByteBuffer bytes, int from, int before, int radix) throws ProtocolException {
    long number = 0;
    for (int i = from; i < before; i++) {
      byte c = bytes.get(i);
      if (c == ' ') {
        continue;
      }
      int digit = Character.digit(c, radix);
      if (digit < 0) {
        throw new ProtocolException("a number was expected, not '" + (char) c + "'");
      }
      number = number * radix + digit;
    }
    return number;
  }
}
